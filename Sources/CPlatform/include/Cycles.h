// The time-stamp counter.
#pragma once
#include <stdint.h>

static inline uint64_t cp_cycles(void) {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  uint64_t value;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
  return value;
#endif
}
