// Which processor a process runs on.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <sys/types.h>

/// Keeps all threads that `process` starts from now on, and its first one, on the processor that is `number`th, counted round, of those that
/// this process may use. Returns 0, or an error that changes nothing.
static inline int cp_pin(pid_t process, int number) {
  cpu_set_t allowed, chosen;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
  int wanted = number % CPU_COUNT(&allowed);
  CPU_ZERO(&chosen);
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &allowed) || wanted-- > 0) continue;
    CPU_SET(cpu, &chosen);
    break;
  }
  return sched_setaffinity(process, sizeof chosen, &chosen);
}
