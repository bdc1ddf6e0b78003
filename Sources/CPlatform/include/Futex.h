// The few declarations that Swift cannot spell: atomics on shared memory, futexes and raw system calls.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/futex.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Lets the calling thread's sleeps end when they should, and not up to 50 µs later.
static inline void cp_sleep_exactly(void) { prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL); }

static inline uint64_t cp_load_word(const uint64_t *_Nonnull word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline uint32_t cp_load_acquire(const uint32_t *_Nonnull word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void cp_store_release(uint32_t *_Nonnull word, uint32_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline void cp_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  __asm__ volatile("yield");
#endif
}

/// Waits while `*word == expected`, for at most `nanoseconds` (negative: without limit). Shared between processes.
static inline int cp_futex_wait(uint32_t *_Nonnull word, uint32_t expected, int64_t nanoseconds) {
  struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  return (int)syscall(SYS_futex, word, FUTEX_WAIT, expected, nanoseconds < 0 ? 0 : &limit, 0, 0) == 0 ? 0 : errno;
}

static inline void cp_futex_wake(uint32_t *_Nonnull word) { syscall(SYS_futex, word, FUTEX_WAKE, 1 << 30, 0, 0, 0); }

/// Sleeps for so long, in nanoseconds.
static inline void cp_sleep(int64_t nanoseconds) {
  struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &time, 0);
}
