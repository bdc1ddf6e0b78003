#define _GNU_SOURCE
#include "CSApp32.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)

extern const char cp_csapp32_image[] __attribute__((weak));
extern const char cp_csapp32_image_end[] __attribute__((weak));

void *mem_sbrk(intptr_t);
void *mem_heap_lo(void);
void *mem_heap_hi(void);
size_t mem_heapsize(void);
void mem_reset_brk(void);

static struct cp_csapp32_control *const control = (void *)0xc0000000;
static const uintptr_t stack = 0xd0000000;
static const size_t stack_bytes = 1 << 20;

int cp_csapp32_is_linked(void) { return cp_csapp32_image != NULL; }

/// Runs the function at `function` with the stack whose top word is where it returns to. The selectors are Linux's: 0x23 and 0x2b for code
/// and data of 32 bits.
uint32_t cp_csapp32_enter(uint32_t function, uint32_t stack);

__asm__(
    ".text\n"
    ".globl cp_csapp32_enter\n"
    ".hidden cp_csapp32_enter\n"
    ".type cp_csapp32_enter, @function\n"
    "cp_csapp32_enter:\n"
    "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    "  mov $0xc0000000, %ecx\n"
    "  mov %rsp, 56(%rcx)\n"
    "  lea 1f(%rip), %rax; mov %rax, 64(%rcx)\n"
    "  lea 2f(%rip), %rax; mov %rax, 72(%rcx)\n"
    "  mov %edi, 32(%rcx); movl $0x23, 36(%rcx)\n"
    "  mov $0x2b, %eax; mov %eax, %ds; mov %eax, %es\n"
    "  mov %esi, %esp\n"
    "  ljmp *32(%rcx)\n"
    // The function has returned.
    "1:\n"
    "  mov $0xc0000000, %ecx\n"
    "  mov 56(%rcx), %rsp\n"
    "  mov %eax, %eax\n"
    "  cld\n"
    "  pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "  ret\n"
    // It asks for a service.
    "2:\n"
    "  mov $0xc0000000, %r8d\n"
    "  mov 56(%r8), %rsp\n"
    "  and $-16, %rsp\n"
    "  mov %eax, %edi; mov %edx, %esi; mov %ecx, %edx; mov %ebx, %ecx\n"
    "  cld\n"
    "  call cp_csapp32_serve\n"
    "  mov $0xc0000000, %r8d\n"
    "  mov 48(%r8), %esp\n"
    "  ljmp *40(%r8)\n"
    ".size cp_csapp32_enter, . - cp_csapp32_enter\n");

/// What the image cannot do itself. The numbers stand in its source too.
__attribute__((used, visibility("hidden"))) uint32_t cp_csapp32_serve(uint32_t number, uint32_t a, uint32_t b, uint32_t c) {
  switch (number) {
    case 0: return (uint32_t)(uintptr_t)mem_sbrk((int32_t)a);
    case 1: return (uint32_t)(uintptr_t)mem_heap_lo();
    case 2: return (uint32_t)(uintptr_t)mem_heap_hi();
    case 3: return (uint32_t)mem_heapsize();
    case 4: mem_reset_brk(); return 0;
    case 5: return (uint32_t)write((int)a, (const void *)(uintptr_t)b, c);
    case 6: exit((int)a);
    default: abort();
  }
}

static uint32_t call(uint32_t function, uint32_t a, uint32_t b) {
  // As the calling convention wants it: at a multiple of 16, with the return address below.
  uint32_t *arguments = (uint32_t *)(stack + stack_bytes - 32);
  arguments[0] = a;
  arguments[1] = b;
  arguments[-1] = control->leave;
  return cp_csapp32_enter(function, (uint32_t)(uintptr_t)(arguments - 1));
}

static void *pointer(uint32_t address) { return (void *)(uintptr_t)address; }
static uint32_t address(const void *pointer) { return (uint32_t)(uintptr_t)pointer; }

static int init(void *ranges) {
  (void)ranges;
  // A pointer to null of its own size.
  uint32_t *none = (uint32_t *)(stack + stack_bytes - 8);
  *none = 0;
  return (int)call(control->init, address(none), 0);
}
// No more than 4 GiB can be asked of it.
static void *allocate(size_t size) { return size > UINT32_MAX ? NULL : pointer(call(control->malloc, (uint32_t)size, 0)); }
static void deallocate(void *block) { call(control->free, address(block), 0); }
static void *reallocate(void *block, size_t size) {
  return size > UINT32_MAX ? NULL : pointer(call(control->realloc, address(block), (uint32_t)size));
}
static void *allocate_zeroed(size_t count, size_t size) {
  return count > UINT32_MAX || size > UINT32_MAX ? NULL : pointer(call(control->calloc, (uint32_t)count, (uint32_t)size));
}

struct cp_csapp_allocator cp_csapp32_allocator(void) {
  return (struct cp_csapp_allocator){init, allocate, deallocate, reallocate, control->calloc ? allocate_zeroed : NULL};
}

static void map(uintptr_t place, size_t byte_count, int protection) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
  if (mmap((void *)place, byte_count, protection, flags, -1, 0) != (void *)place) abort();
}

/// Before anything is measured: code counts as nobody's memory.
__attribute__((constructor)) static void load_image(void) {
  if (!cp_csapp32_is_linked()) return;
  size_t byte_count = (size_t)(cp_csapp32_image_end - cp_csapp32_image);
  map((uintptr_t)control, (byte_count + 4095) & ~(size_t)4095, PROT_READ | PROT_WRITE | PROT_EXEC);
  memcpy(control, cp_csapp32_image, byte_count);
  map(stack, stack_bytes, PROT_READ | PROT_WRITE);
}

#else

int cp_csapp32_is_linked(void) { return 0; }
struct cp_csapp_allocator cp_csapp32_allocator(void) { return (struct cp_csapp_allocator){0}; }

#endif
