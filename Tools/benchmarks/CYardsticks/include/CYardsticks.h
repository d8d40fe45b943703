#ifndef WATTLEDGER_CSCANLOOP_H
#define WATTLEDGER_CSCANLOOP_H
#include <stdint.h>

/// What a scan found.
typedef struct {
  int code; ///< LMDB's; 0 if all went well.
  uint64_t events;
  uint64_t touched; ///< A word of each cache line of each body, added up.
} wattledger_scan_result;

/// Reads all records of `events` in the LMDB environment in the directory `path` with one cursor, in
/// plain C: the yardstick of the scan. Checks keys, and checksums if `verifies`; a record that is not
/// right ends it with MDB_CORRUPTED.
wattledger_scan_result wattledger_c_scan(const char *path, int verifies);

/// Writes 4 KiB at the end of the file `path` (made anew) and syncs, `count` times, and says how long
/// each took: what the disk asks for the least commit. Returns 0, or the code of errno.
int wattledger_sync_times(const char *path, int64_t *nanoseconds, uint64_t count);

/// Keeps the calling thread, and every thread that it starts, on one processor. Returns 0, or -1 with
/// errno.
int wattledger_use_one_processor(void);

/// Takes back `wattledger_use_one_processor`, for the calling thread.
int wattledger_use_all_processors(void);

#endif
