// A program for a debugger to stop: it stops itself, in calls of all kinds, some of them in a library. All functions of it begin with lab_.
//
//     stopped SCENARIO STEPS
//
// At each stop, `lab_steps` says how many instructions to go on from there, one by one.

#define _GNU_SOURCE
#include <alloca.h>
#include <stdlib.h>
#include <string.h>

#include "stopped.h"

// Where the debugger finds them.
long lab_steps;
unsigned long lab_stack_end;

extern void *__libc_stack_end;

// What the compiler cannot foresee.
static volatile long zero;

// A leaf that keeps nothing, one that saves registers, and one whose frame has a size that is known when it runs.
static own long lab_plain(long a, long b) { return a * b + zero; }

static own long lab_saving(long a, long b) {
  long c = a ^ b, d = a + b, e = a * 3, f = b * 5;
  __asm__ volatile("" : "+r"(c), "+r"(d), "+r"(e), "+r"(f)::"rbx", "r12", "r13", "r14", "memory");
  return c + d + e + f;
}

static own long lab_varying(long a, long b) {
  volatile char *bytes = alloca(16 + a + zero);
  bytes[b] = 1;
  return bytes[b] + zero;
}

static own long lab_walk(long number) {
  stop_here();
  long sum = lab_plain(number, 3);
  sum += lab_saving(number, 4);
  sum += lab_varying(number, 5);
  return sum + zero;
}

static own long lab_recursive(long depth) {
  if (depth == 0) {
    stop_here();
    return zero;
  }
  long below = lab_recursive(depth - 1);
  return below + depth + zero;
}

// Three that call one another, with frames of three kinds.
static own long lab_first(long depth);

static own long lab_third(long depth) {
  char *bytes = alloca(32 + depth % 7 * 16 + zero);
  memset(bytes, 1, 16);
  return lab_first(depth - 1) + bytes[depth % 16];
}

static own long lab_second(long depth) {
  volatile char bytes[700];
  bytes[depth] = 1;
  return lab_third(depth - 1) + bytes[depth];
}

static own long lab_first(long depth) {
  if (depth <= 0) {
    stop_here();
    return zero;
  }
  long a = depth * 3, b = depth ^ 5, c = depth * depth;
  long below = lab_second(depth - 1);
  return a + b + c + below;
}

static own long lab_back(long number) {
  have_frame();
  stop_here();
  return number + zero;
}

static own int lab_compare(const void *a, const void *b) {
  static int calls;
  if (++calls == 5) lab_back(1);
  return *(const int *)a - *(const int *)b;
}

static own long lab_sort(void) {
  int numbers[] = {5, 3, 9, 1, 7, 2};
  qsort(numbers, 6, sizeof *numbers, lab_compare);
  return numbers[0] + zero;
}

static own int lab_tail(long number) {
  have_frame();
  stop_here();
  return (int)(number * zero);
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  lab_steps = atol(arguments[2]);
  lab_stack_end = (unsigned long)((char **)__libc_stack_end + 8);
  switch (atoi(arguments[1])) {
    case 0: zero = lab_recursive(24) & 0; break;
    case 1: zero = lab_first(199) & 0; break;
    case 2: zero = lab_library(5, lab_back) & 0; break;
    case 3: zero = lab_library(0, 0) & 0; break;
    case 4: zero = lab_sort() & 0; break;
    case 5: zero = lab_walk(6) & 0; break;
    // The last that main does: where it is optimised, a jump, so that main has no frame.
    default: return lab_tail(count);
  }
  return 0;
}
