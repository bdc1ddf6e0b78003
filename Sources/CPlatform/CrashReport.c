#define _GNU_SOURCE
#include "CrashReport.h"

#include <link.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <ucontext.h>
#include <unistd.h>

static struct cp_crash_report target;
static uintptr_t load_base;
/// Above all frames of the first thread.
static uintptr_t stack_top;

static int first_object(struct dl_phdr_info *info, size_t size, void *base) {
  (void)size;
  *(uintptr_t *)base = info->dlpi_addr;
  return 1;
}

static void keep(const struct cp_crash_report *report, uintptr_t address) {
  uint64_t count = *report->frame_count;
  if (count >= report->frame_limit) return;
  report->frames[count] = address - load_base;
  *report->frame_count = count + 1;
}

/// Follows the chain of frame pointers, which Swift keeps in all but leaf functions. The unwinder of a static program would first
/// sort its tables, which takes longer than the rest of a worker's start.
static void walk(const struct cp_crash_report *report, uintptr_t frame, uintptr_t stack_pointer) {
  // Of no other thread is it known which memory its frames may be in.
  if (stack_top == 0 || gettid() != getpid()) return;
  uintptr_t lowest = stack_pointer;
  while (frame >= lowest && frame % sizeof(void *) == 0 && frame < stack_top - 2 * sizeof(void *)) {
    const uintptr_t *words = (const uintptr_t *)frame;
    if (words[1] == 0) return;
    keep(report, words[1]);
    lowest = frame + 2 * sizeof(void *);
    frame = words[0];
  }
}

void cp_capture_frames(const struct cp_crash_report *report) {
  *report->frame_count = 0;
  uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
  walk(report, frame, frame);
}

/// Where the program was when the signal came, and the frames that it had.
static void capture_interrupted(const ucontext_t *context) {
#if defined(__x86_64__)
  uintptr_t here = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
  uintptr_t frame = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
  uintptr_t stack_pointer = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
  uintptr_t here = context->uc_mcontext.pc;
  uintptr_t frame = context->uc_mcontext.regs[29];
  uintptr_t stack_pointer = context->uc_mcontext.sp;
#endif
  *target.frame_count = 0;
  // Whoever reads the addresses takes them for places behind a call; this one is the instruction itself.
  keep(&target, here + 1);
  walk(&target, frame, stack_pointer);
}

static void on_signal(int number, siginfo_t *info, void *context) {
  target.crash[0] = (uint64_t)number;
  target.crash[1] = (uintptr_t)info->si_addr;
  capture_interrupted(context);
  // The handler was installed for one signal only: returning runs into the same fault again, which then ends the process.
  if (info->si_code <= 0) raise(number);
}

void cp_report_crashes(const struct cp_crash_report *report) {
  static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
  target = *report;
  dl_iterate_phdr(first_object, &load_base);
  // The random bytes that the kernel gives a program lie above its first frame.
  stack_top = getauxval(AT_RANDOM);
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  if (stack.ss_sp) sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
}
