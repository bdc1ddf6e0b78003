#define _GNU_SOURCE
#include "CrashReport.h"

#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <ucontext.h>

static struct cp_crash_report target;
static uintptr_t load_base;

static int first_object(struct dl_phdr_info *info, size_t size, void *base) {
  (void)size;
  *(uintptr_t *)base = info->dlpi_addr;
  return 1;
}

void cp_capture_frames(const struct cp_crash_report *report) {
  void *addresses[64];
  if (load_base == 0) dl_iterate_phdr(first_object, &load_base);
  int count = backtrace(addresses, 64), kept = 0;
  for (int i = 0; i < count && (uint64_t)kept < report->frame_limit; i++)
    report->frames[kept++] = (uintptr_t)addresses[i] - load_base;
  *report->frame_count = (uint64_t)kept;
}

/// Where the program was when the signal came.
static uintptr_t program_counter(const ucontext_t *context) {
#if defined(__x86_64__)
  return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
  return context->uc_mcontext.pc;
#endif
}

static void on_signal(int number, siginfo_t *info, void *context) {
  target.crash[0] = (uint64_t)number;
  target.crash[1] = (uintptr_t)info->si_addr;
  cp_capture_frames(&target);
  // Whoever reads the addresses takes them for places behind a call; this one is the instruction itself.
  uintptr_t here = program_counter(context) - load_base;
  for (uint64_t i = 0; i < *target.frame_count; i++)
    if (target.frames[i] == here) target.frames[i]++;
  // The handler was installed for one signal only: returning runs into the same fault again, which then ends the process.
  if (info->si_code <= 0) raise(number);
}

void cp_report_crashes(const struct cp_crash_report *report) {
  static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
  target = *report;
  // The first call loads the unwinder, which a signal handler must not do.
  cp_capture_frames(report);
  *report->frame_count = 0;
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  if (stack.ss_sp) sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
}
