// The names that a program calls. Each passes on to Swift, which may not define them itself; the checks of arguments
// that set errno are here.
#define _GNU_SOURCE
#include "InterposeC.h"
#include <errno.h>
#include <unistd.h>

__thread void *interpose_stream __attribute__((tls_model("initial-exec")));
void *interpose_state;
char interpose_folder[4096];
char interpose_scratch[4096] __attribute__((aligned(8)));
uint64_t interpose_stamp;

void *interpose_malloc(size_t size);
void *interpose_calloc(size_t count, size_t size);
void *interpose_realloc(void *block, size_t size);
void *interpose_memalign(size_t alignment, size_t size);
void interpose_free(void *block);
void interpose_start(void);

void *malloc(size_t size) { return interpose_malloc(size); }
void *calloc(size_t count, size_t size) { return interpose_calloc(count, size); }
void *realloc(void *block, size_t size) { return interpose_realloc(block, size); }
void *memalign(size_t alignment, size_t size) { return interpose_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return interpose_memalign(alignment, size); }
void *valloc(size_t size) { return interpose_memalign((size_t)sysconf(_SC_PAGESIZE), size); }
void free(void *block) { interpose_free(block); }

void *pvalloc(size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), whole;
  if (__builtin_add_overflow(size, page - 1, &whole)) {
    errno = ENOMEM;
    return NULL;
  }
  return interpose_memalign(page, whole & ~(page - 1));
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment == 0 || alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  int before = errno;
  void *block = interpose_memalign(alignment, size);
  errno = before;
  if (!block) return ENOMEM;
  *result = block;
  return 0;
}

void *reallocarray(void *block, size_t count, size_t size) {
  size_t whole;
  if (__builtin_mul_overflow(count, size, &whole)) {
    errno = ENOMEM;
    return NULL;
  }
  return interpose_realloc(block, whole);
}

// malloc_usable_size stays the C library's: its blocks are the ones handed out.

// Runs when the environment is there, before the program's own code: a program that allocates nothing is recorded too.
__attribute__((constructor)) static void start(void) { interpose_start(); }
