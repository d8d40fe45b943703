#define _GNU_SOURCE
#include "CYardsticks.h"

#include <sched.h>

static cpu_set_t allowed_before;

int wattledger_use_one_processor(void) {
  if (sched_getaffinity(0, sizeof allowed_before, &allowed_before) != 0) return -1;
  // The last one: the first often serves the disk.
  int last = CPU_SETSIZE - 1;
  while (last > 0 && !CPU_ISSET(last, &allowed_before)) last--;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  return sched_setaffinity(0, sizeof one, &one);
}

int wattledger_use_all_processors(void) {
  return sched_setaffinity(0, sizeof allowed_before, &allowed_before);
}
