/// The headers that code of the CS:APP malloc lab includes, as far as an allocator needs them.
enum CSAppHeaders {
  /// The file that is linked with every allocator, so that the linker names what is missing.
  static let required = "required.c"

  /// Names and texts.
  static let all: [(name: String, text: String)] = [
    ("mm.h", allocator), ("memlib.h", memory), ("config.h", configuration), (required, references),
  ]

  // `mm_init` and `mm_checkheap` are left out: labs differ in what they return.
  private static let allocator = """
    #pragma once
    #include <stddef.h>
    #include <stdint.h>
    #include <stdio.h>

    extern void *mm_malloc(size_t size);
    extern void mm_free(void *ptr);
    extern void *mm_realloc(void *ptr, size_t size);
    extern void *mm_calloc(size_t nmemb, size_t size);

    typedef struct {
      char *teamname;
      char *name1, *id1;
      char *name2, *id2;
    } team_t;

    extern team_t team;

    """

  private static let memory = """
    #pragma once
    #include <stddef.h>
    #include <stdint.h>
    #include <unistd.h>

    void mem_init(void);
    void mem_deinit(void);
    void *mem_sbrk(intptr_t incr);
    void mem_reset_brk(void);
    void *mem_heap_lo(void);
    void *mem_heap_hi(void);
    size_t mem_heapsize(void);
    size_t mem_pagesize(void);
    void *mem_memcpy(void *dst, const void *src, size_t n);
    void *mem_memset(void *dst, int c, size_t n);
    void *mm_memcpy(void *dst, const void *src, size_t n);
    void *mm_memset(void *dst, int c, size_t n);
    uint64_t mem_read(const void *addr, size_t len);
    void mem_write(void *addr, uint64_t val, size_t len);

    """

  private static let configuration = """
    #pragma once
    #define ALIGNMENT 8
    #define MAX_HEAP (20 * (1 << 20))

    """

  private static let references = """
    extern int mm_init(void);
    extern void *mm_malloc(unsigned long);
    extern void mm_free(void *);
    extern void *mm_realloc(void *, unsigned long);
    __attribute__((used)) static void *const needed[] = {mm_init, mm_malloc, mm_free, mm_realloc};

    """
}
