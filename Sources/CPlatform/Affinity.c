#define _GNU_SOURCE
#include "Affinity.h"

#include <sched.h>

int cp_pin(int process, int number) {
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
