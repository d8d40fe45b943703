#include "CYardsticks.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

static int64_t now_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int wattledger_sync_times(const char *path, int64_t *nanoseconds, uint64_t count) {
  static const char block[4096] = {1};
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  int code = file < 0 ? errno : 0;
  for (uint64_t i = 0; code == 0 && i < count; i++) {
    int64_t begun = now_nanoseconds();
    if (write(file, block, sizeof block) != sizeof block || fdatasync(file) != 0) {
      code = errno ? errno : EIO;
    }
    nanoseconds[i] = now_nanoseconds() - begun;
  }
  if (file >= 0) close(file);
  return code;
}
