/* Makes one call fail, as a bad or a full disk, a signal or a short write would.

   WATTLEDGER_FAULT     eio, enospc, eintr, short; with "-on" behind it: that call and all after
   WATTLEDGER_FAULT_AT  the number of the call, from 1, among those that can fail in that way; with
                        0 nothing fails, and the trace ends with their number */
#define _GNU_SOURCE
#include "recorder.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static struct {
  const char *name;
  int error;
  unsigned calls;
} kinds[] = {
#define CAN(call) (1u << CALL_##call)
    {"eio", EIO, ~0u},
    {"enospc", ENOSPC, CAN(CREATE) | CAN(WRITE) | CAN(SYNC) | CAN(NAME)},
    {"eintr", EINTR, CAN(OPEN) | CAN(CREATE) | CAN(READ) | CAN(WRITE) | CAN(SYNC) | CAN(LOCK)},
    {"short", 0, CAN(READ) | CAN(WRITE)},
};

static int kind = -1;
static bool goes_on;
static unsigned long fault_at;
static atomic_ulong calls;

__attribute__((constructor)) static void begin(void) {
  const char *name = getenv("WATTLEDGER_FAULT");
  const char *at = getenv("WATTLEDGER_FAULT_AT");
  if (!name || !at) return;
  fault_at = strtoul(at, NULL, 10);
  for (int each = 0; each < (int)(sizeof kinds / sizeof *kinds); each++) {
    size_t length = strlen(kinds[each].name);
    if (strncmp(name, kinds[each].name, length) != 0) continue;
    kind = each;
    goes_on = strcmp(name + length, "-on") == 0;
  }
}

/* Only a run that counts says how many there were. */
__attribute__((destructor)) static void end(void) {
  if (kind >= 0 && fault_at == 0) recorder_write_calls(calls);
}

static bool is_due(enum call call) {
  if (kind < 0 || !(kinds[kind].calls & (1u << call))) return false;
  unsigned long number = atomic_fetch_add(&calls, 1) + 1;
  return fault_at != 0 && (number == fault_at || (goes_on && number > fault_at));
}

bool fault_hits(enum call call) {
  if (kind < 0 || kinds[kind].error == 0 || !is_due(call)) return false;
  errno = kinds[kind].error;
  return true;
}

size_t fault_length(enum call call, size_t length) {
  if (kind < 0 || kinds[kind].error != 0 || length < 2 || !is_due(call)) return length;
  return length / 2;
}
