#define _GNU_SOURCE
#include "CSApp.h"
#include "CSApp32.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int mm_init(void *) __attribute__((weak));
void *mm_malloc(size_t) __attribute__((weak));
void mm_free(void *) __attribute__((weak));
void *mm_realloc(void *, size_t) __attribute__((weak));
void *mm_calloc(size_t, size_t) __attribute__((weak));

struct cp_csapp_allocator cp_csapp_linked(void) {
  if (cp_csapp32_is_linked()) return cp_csapp32_allocator();
  return (struct cp_csapp_allocator){mm_init, mm_malloc, mm_free, mm_realloc, mm_calloc};
}

void cp_csapp_print_at_once(void) { setvbuf(stdout, NULL, _IONBF, 0); }

static struct cp_csapp_heap heap;

void cp_csapp_use(const struct cp_csapp_heap *chosen) { heap = *chosen; }

// What was mapped last: a process may have many heaps, one after the other.
static struct {
  void *base;
  size_t byte_count;
} mapped;

void *cp_csapp_map(int descriptor, uintptr_t place, size_t byte_count) {
  if (mapped.base == (void *)place && mapped.byte_count == byte_count) return mapped.base;
  if (mapped.base) munmap(mapped.base, mapped.byte_count);
  mapped.base = NULL;
  int flags = MAP_SHARED | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
  void *base = mmap((void *)place, byte_count, PROT_READ | PROT_WRITE, flags, descriptor, 0);
  if (base == MAP_FAILED) return NULL;
  if (base != (void *)place) {
    munmap(base, byte_count);
    return NULL;
  }
  mapped.base = base;
  mapped.byte_count = byte_count;
  return base;
}

// The names and meanings are the lab's. The driver calls mem_init and mem_deinit; here they have nothing to do.
void mem_init(void) {}
void mem_deinit(void) {}
void mem_reset_brk(void) { heap.reset(heap.context); }

void *mem_sbrk(intptr_t increment) {
  int64_t old = increment < 0 ? -1 : heap.grow(heap.context, increment);
  if (old >= 0) return heap.base + old;
  errno = ENOMEM;
  return (void *)-1;
}

void *mem_heap_lo(void) { return heap.base; }
void *mem_heap_hi(void) { return heap.base + heap.end(heap.context) - 1; }
size_t mem_heapsize(void) { return (size_t)heap.end(heap.context); }
size_t mem_pagesize(void) { return (size_t)getpagesize(); }

// Later drivers also reach the heap through these.
void *mem_memcpy(void *to, const void *from, size_t count) { return memcpy(to, from, count); }
void *mem_memset(void *to, int value, size_t count) { return memset(to, value, count); }
void *mm_memcpy(void *to, const void *from, size_t count) { return memcpy(to, from, count); }
void *mm_memset(void *to, int value, size_t count) { return memset(to, value, count); }
uint64_t mem_read(const void *from, size_t count) {
  uint64_t value = 0;
  memcpy(&value, from, count < sizeof value ? count : sizeof value);
  return value;
}
void mem_write(void *to, uint64_t value, size_t count) { memcpy(to, &value, count < sizeof value ? count : sizeof value); }
