// A program that calls itself to some depth, in functions with frames of all kinds, and then writes down its registers and its stack, and
// what gcc's own unwinder makes of them. All functions of it begin with lab_.
//
//     unwound SCENARIO FILE

#define _GNU_SOURCE
#include <alloca.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unwind.h>

#define own __attribute__((noinline, noclone))

extern char __executable_start, etext;
extern void *__libc_stack_end;

static FILE *out;
static int scenario;
// What the compiler cannot foresee.
static volatile long zero;
static void (*volatile nothing)(void);

static own _Unwind_Reason_Code lab_record(struct _Unwind_Context *context, void *unused) {
  int is_exact = 0;
  uintptr_t address = _Unwind_GetIPInfo(context, &is_exact);
  if (address != 0) fprintf(out, "frame %lx %lx %d\n", address, (long)_Unwind_GetCFA(context), !is_exact);
  return _URC_NO_REASON;
}

// Registers in the order of their DWARF numbers, every word from the stack pointer to where main's caller began, gcc's frames.
static own void lab_snap(void) {
  static const int order[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP,
                              REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
  ucontext_t context;
  getcontext(&context);
  greg_t *registers = context.uc_mcontext.gregs;
  fprintf(out, "base %lx %lx\n", (long)&__executable_start, (long)(&etext - &__executable_start));
  fprintf(out, "thread %llx", registers[REG_RIP]);
  for (int i = 0; i < 16; i++) fprintf(out, " %llx", registers[order[i]]);
  fprintf(out, "\nstack %llx", registers[REG_RSP]);
  for (uint64_t *word = (uint64_t *)registers[REG_RSP]; word < (uint64_t *)__libc_stack_end + 8; word++)
    fprintf(out, " %lx", *word);
  fprintf(out, "\n");
  _Unwind_Backtrace(lab_record, 0);
  fclose(out);
}

static void lab_deeper(long depth);

// Many registers that have to be saved.
static own long lab_registers(long a, long b, long c, long d, long depth) {
  long e = a * b, f = b * c, g = c * d, h = d * a;
  lab_deeper(depth - 1);
  return a + b + c + d + e + f + g + h + zero;
}

// A frame of a size that is known when it runs.
static own long lab_variable(long depth) {
  char *bytes = alloca(16 + depth * 40 + zero);
  memset(bytes, 1, 16 + depth * 40);
  lab_deeper(depth - 1);
  return bytes[depth] + zero;
}

// One with a larger alignment than stacks have.
static own long lab_aligned(long depth) {
  _Alignas(64) volatile char bytes[200];
  bytes[depth] = 3;
  lab_deeper(depth - 1);
  return bytes[depth + zero];
}

static own void lab_large(long depth) {
  volatile char bytes[9000];
  bytes[depth] = 1;
  lab_deeper(depth - 1);
  bytes[depth + 1] = 2;
}

static own int lab_compare(const void *a, const void *b) {
  static int calls;
  if (++calls == 5) lab_deeper(4);
  return *(const int *)a - *(const int *)b;
}

static own void lab_sort(void) {
  int numbers[] = {5, 3, 9, 1, 7, 2};
  qsort(numbers, 6, sizeof *numbers, lab_compare);
  zero = numbers[0] - 1;
}

static own void lab_handler(int signal) {
  lab_deeper(3);
  zero = signal - signal;
}

static own void lab_raise(void) {
  signal(SIGUSR1, lab_handler);
  raise(SIGUSR1);
  zero = 0;
}

static own void lab_crash(int signal) {
  lab_snap();
  _Exit(0);
}

static own long lab_call_nothing(long number) {
  signal(SIGSEGV, lab_crash);
  nothing();
  return number + zero;
}

// The call is the last instruction: where it returns to is another function's.
static own _Noreturn void lab_last(void) {
  lab_snap();
  exit(0);
}

static own void lab_no_return(long number) {
  if (number != zero) lab_last();
  abort();
}

static own void lab_deeper(long depth) {
  if (depth <= 0) {
    switch (scenario) {
      case 3: lab_call_nothing(depth); break;
      case 4: lab_no_return(1); break;
      default: lab_snap();
    }
    zero = 0;
    return;
  }
  switch (depth % 4) {
    case 0: zero = lab_registers(depth, 3, 5, 7, depth) & 0; break;
    case 1: zero = lab_variable(depth) & 0; break;
    case 2: zero = lab_aligned(depth) & 0; break;
    default: lab_large(depth);
  }
  zero = 0;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  // Whoever starts this may have blocked signals.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
  scenario = atoi(arguments[1]);
  out = fopen(arguments[2], "w");
  switch (scenario) {
    case 1: lab_sort(); break;
    case 2: lab_raise(); break;
    default: lab_deeper(13);
  }
  return 0;
}
