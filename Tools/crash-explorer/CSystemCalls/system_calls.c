#define _GNU_SOURCE
#include "system_calls.h"

#include <ftw.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

pid_t wattledger_fork(void) { return fork(); }

void wattledger_return_large_memory(void) { mallopt(M_MMAP_THRESHOLD, 1 << 20); }

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status, (void)kind, (void)place;
  remove(path);
  return 0;
}

void wattledger_remove_tree(const char *path) { nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }
