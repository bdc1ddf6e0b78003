// What Swift cannot spell: thread-local variables, atomic operations, system calls, and glibc's own names.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

#define INTERPOSE_HIDDEN __attribute__((visibility("hidden")))

// glibc's allocator, by the names that no preloaded library covers.
void *_Nullable __libc_malloc(size_t size);
void *_Nullable __libc_calloc(size_t count, size_t size);
void *_Nullable __libc_realloc(void *_Nullable block, size_t size);
void *_Nullable __libc_memalign(size_t alignment, size_t size);
void __libc_free(void *_Nullable block);

/// The stream of the current thread, or null: a static thread-local variable, one load away.
extern INTERPOSE_HIDDEN __thread void *_Nullable interpose_stream __attribute__((tls_model("initial-exec")));

static inline void *_Nullable interpose_current_stream(void) { return interpose_stream; }
static inline void interpose_set_current_stream(void *_Nullable stream) { interpose_stream = stream; }

/// The page of the process's state: empty in a forked child.
extern INTERPOSE_HIDDEN void *_Nullable interpose_state;

static inline void *_Nullable interpose_state_page(void) { return interpose_state; }
static inline void interpose_set_state_page(void *_Nullable page) { interpose_state = page; }

/// The folder of the recordings, kept because a program may empty its environment and fork. Its first byte is 0 until
/// it is known, and 1 where there is none.
extern INTERPOSE_HIDDEN char interpose_folder[4096];

static inline char *_Nonnull interpose_folder_path(void) { return interpose_folder; }

/// Room for a path or a header, used by whoever holds the recording's lock or sets it up: stacks may be small.
extern INTERPOSE_HIDDEN char interpose_scratch[4096];

static inline char *_Nonnull interpose_scratch_room(void) { return interpose_scratch; }

/// The counter that puts the events of several threads in order.
extern INTERPOSE_HIDDEN uint64_t interpose_stamp;
extern char __libc_single_threaded;

static inline uint64_t interpose_read_stamp(void) { return __atomic_load_n(&interpose_stamp, __ATOMIC_RELAXED); }

/// Takes a stamp. As long as there is one thread, a plain addition does.
static inline uint64_t interpose_take_stamp(void) {
  if (__builtin_expect(__libc_single_threaded != 0, 1)) return interpose_stamp++;
  return __atomic_fetch_add(&interpose_stamp, 1, __ATOMIC_RELAXED);
}

static inline int interpose_compare_exchange(uint32_t *_Nonnull word, uint32_t expected, uint32_t desired) {
  return __atomic_compare_exchange_n(word, &expected, desired, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}
static inline uint32_t interpose_load(const uint32_t *_Nonnull word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
static inline void interpose_store(uint32_t *_Nonnull word, uint32_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/// Keeps the stores before it before those after it, as a reader sees them whose writer was killed between.
static inline void interpose_compiler_barrier(void) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }

/// The environment, or null while the loader has not handed it to the C library.
extern char *_Nullable *_Nullable environ;

static inline char *_Nullable *_Nullable interpose_environment(void) { return environ; }

/// Microseconds on the monotonic clock.
static inline uint64_t interpose_microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/// A system call that answers -errno and leaves errno alone: malloc must not touch it.
static inline long interpose_system_call(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#else
#error "the recorder knows the system calls of x86-64 and aarch64 only"
#endif
}
