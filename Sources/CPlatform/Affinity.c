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

static __thread cpu_set_t seats;
static __thread int is_seated;

int cp_take_turns(int process) {
  if (sched_getaffinity(0, sizeof seats, &seats) != 0) return -1;
  int here = sched_getcpu();
  if (here < 0) return -1;
  cpu_set_t chosen;
  CPU_ZERO(&chosen);
  CPU_SET(here, &chosen);
  struct sched_param none = {0};
  if (sched_setaffinity(0, sizeof chosen, &chosen) != 0) return -1;
  is_seated = 1;
  if (sched_setaffinity(process, sizeof chosen, &chosen) != 0 || sched_setscheduler(process, SCHED_IDLE, &none) != 0) {
    cp_end_turns();
    return -1;
  }
  return 0;
}

void cp_end_turns(void) {
  if (is_seated) sched_setaffinity(0, sizeof seats, &seats);
  is_seated = 0;
}
