#define _GNU_SOURCE
#include "system_calls.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

pid_t wattledger_fork(void) { return fork(); }

int wattledger_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status, (void)kind, (void)place;
  remove(path);
  return 0;
}

void wattledger_remove_tree(const char *path) { nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }
