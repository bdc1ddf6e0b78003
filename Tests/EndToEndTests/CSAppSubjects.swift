/// Allocators with the interface of the CS:APP malloc lab, right and wrong, written for these tests.
enum CSAppSubjects {
  /// An implicit list with boundary tags and first fit; sizes are 4-byte words, as in the textbook's time.
  static let implicitList = """
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>

    #include "mm.h"
    #include "memlib.h"

    team_t team = {"tests", "One", "1", "", ""};

    typedef unsigned int word;
    enum { word_size = 4, unit = 8, page = 4096 };

    static char *first;

    static word get(void *p) { return *(word *)p; }
    static void put(void *p, word value) { *(word *)p = value; }
    static word *head(char *b) { return (word *)(b - word_size); }
    static size_t size_of(char *b) { return get(head(b)) & ~7u; }
    static int is_used(char *b) { return get(head(b)) & 1; }
    static word *foot(char *b) { return (word *)(b + size_of(b) - unit); }
    static char *next(char *b) { return b + size_of(b); }
    static size_t size_before(char *b) { return get(b - unit) & ~7u; }

    static void tag(char *b, size_t size, int used) {
      put(head(b), (word)size | used);
      put(foot(b), (word)size | used);
    }

    static char *join(char *b) {
      size_t size = size_of(b);
      if (!is_used(next(b))) size += size_of(next(b));
      if (!(get(b - unit) & 1)) {
        size += size_before(b);
        b -= size_before(b);
      }
      tag(b, size, 0);
      return b;
    }

    static char *extend(size_t size) {
      char *b = mem_sbrk(size);
      if (b == (void *)-1) return NULL;
      tag(b, size, 0);
      put(head(next(b)), 1);
      return join(b);
    }

    int mm_init(void) {
      char *start = mem_sbrk(4 * word_size);
      if (start == (void *)-1) return -1;
      put(start, 0);
      put(start + word_size, unit | 1);
      put(start + 2 * word_size, unit | 1);
      put(start + 3 * word_size, 1);
      first = start + 2 * word_size;
      return 0;
    }

    void *mm_malloc(size_t size) {
      if (size == 0 || size > 1u << 30) return NULL;
      size_t wanted = (size + unit + 7) & ~7ul;
      if (wanted < 16) wanted = 16;
      char *b = first;
      while (size_of(b) > 0 && (is_used(b) || size_of(b) < wanted)) b = next(b);
      if (size_of(b) == 0 && (b = extend(wanted > page ? wanted : page)) == NULL) return NULL;
      size_t rest = size_of(b) - wanted;
      if (rest >= 16) {
        tag(b, wanted, 1);
        tag(next(b), rest, 0);
      } else {
        tag(b, size_of(b), 1);
      }
      return b;
    }

    void mm_free(void *p) {
      if (p == NULL) return;
      tag(p, size_of(p), 0);
      join(p);
    }

    void *mm_realloc(void *p, size_t size) {
      if (p == NULL) return mm_malloc(size);
      if (size == 0) {
        mm_free(p);
        return NULL;
      }
      void *copy = mm_malloc(size);
      if (copy == NULL) return NULL;
      size_t kept = size_of(p) - unit;
      memcpy(copy, p, kept < size ? kept : size);
      mm_free(p);
      return copy;
    }

    """

  /// Blocks that are never used again, each behind its size in 8 bytes: what it takes can be told by counting.
  static let bump = """
    #include "mm.h"
    #include "memlib.h"
    #include <string.h>

    int mm_init(void) { return 0; }

    void *mm_malloc(size_t size) {
      size_t *block = mem_sbrk(((size + 7) & ~7ul) + 8);
      if (block == (void *)-1) return NULL;
      *block = size;
      return block + 1;
    }

    void mm_free(void *p) {}

    void *mm_realloc(void *p, size_t size) {
      size_t kept = p ? ((size_t *)p)[-1] : 0;
      void *copy = mm_malloc(size);
      if (copy && p) memcpy(copy, p, kept < size ? kept : size);
      return copy;
    }

    """

  /// A list of free blocks, last in, first out, whose links are pointers cast to `unsigned int`, as on 32-bit machines.
  static let thirtyTwoBit = """
    #include "mm.h"
    #include "memlib.h"
    #include "config.h"
    #include <string.h>

    team_t team = {"tests", "One", "1", "", ""};

    #define SIZE(p) (*(unsigned int *)((unsigned int)(p) - 8))
    #define LINK(p) (*(unsigned int *)(p))
    #define ROUND(n) (((n) + (ALIGNMENT - 1)) & ~(ALIGNMENT - 1))

    static unsigned int list;

    int mm_init(void) {
      list = 0;
      return mem_heapsize() == 0 && mem_heap_lo() != 0 && mem_pagesize() == 4096 ? 0 : -1;
    }

    void *mm_malloc(size_t size) {
      if (size == 0 || size > MAX_HEAP) return 0;
      unsigned int wanted = ROUND(size), before = 0, p;
      for (p = list; p != 0; before = p, p = LINK(p)) {
        if (SIZE(p) < wanted) continue;
        if (before) LINK(before) = LINK(p); else list = LINK(p);
        return (void *)p;
      }
      int b = (int)mem_sbrk(wanted + 8);
      if (b == -1) return 0;
      *(int *)b = wanted;
      if ((int)mem_heap_hi() != b + (int)wanted + 7) return 0;
      return (char *)b + 8;
    }

    void mm_free(void *p) {
      LINK(p) = list;
      list = (unsigned int)p;
    }

    void *mm_realloc(void *p, size_t size) {
      if (p == 0) return mm_malloc(size);
      if (size <= SIZE(p)) return p;
      void *copy = mm_malloc(size);
      if (copy == 0) return 0;
      memcpy(copy, p, SIZE(p));
      mm_free(p);
      return copy;
    }

    """

  /// The variant whose functions have the C library's names, unless the driver is compiled with them.
  static let renamed = """
    #include <stdbool.h>
    #include <stddef.h>

    """
    + bump.replacing(
      "int mm_init(void) { return 0; }",
      with: """
        #ifdef DRIVER
        #define malloc mm_malloc
        #define free mm_free
        #define realloc mm_realloc
        #define calloc mm_calloc
        #endif

        bool mm_init(void) { return true; }
        """
    ).replacing(" mm_malloc(size", with: " malloc(size").replacing("void mm_free", with: "void free")
    .replacing("*mm_realloc", with: "*realloc") + """

      void *calloc(size_t count, size_t size) {
        void *block = malloc(count * size);
        if (block) memset(block, 0, count * size);
        return block;
      }

      """
}
