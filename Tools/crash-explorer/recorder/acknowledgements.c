/* Says in the trace what the program has promised: `mdb_txn_commit` of the log's environment has
   returned success. The program knows nothing of it, and can promise nothing before. */
#define _GNU_SOURCE
#include "recorder.h"

#include <dlfcn.h>
#include <lmdb.h>
#include <stdio.h>
#include <string.h>

/* liblmdb is the program's: the recorder is not linked to it. */
#define REAL(name) __typeof__(&name) real_##name = (__typeof__(&name))recorder_next(#name)

/* The number of events that the log has once `transaction` is committed; -1 if it is another
   environment. Positions have no gaps, so this is the last position too. */
static long long events_in(MDB_txn *transaction, const char *path) {
  REAL(mdb_dbi_open);
  REAL(mdb_stat);
  size_t length = strlen(path);
  MDB_dbi events;
  MDB_stat found;
  if (length < 4 || strcmp(path + length - 4, "/log") != 0) return -1;
  if (real_mdb_dbi_open(transaction, "events", 0, &events) != 0) return -1;
  return real_mdb_stat(transaction, events, &found) == 0 ? (long long)found.ms_entries : -1;
}

int mdb_txn_commit(MDB_txn *transaction) {
  NEXT(mdb_txn_commit);
  REAL(mdb_txn_env);
  REAL(mdb_env_get_path);
  const char *path = NULL;
  if (real_mdb_env_get_path(real_mdb_txn_env(transaction), &path) != 0 ||
      !recorder_is_watched_path(path)) {
    return next(transaction);
  }
  long long events = events_in(transaction, path);
  int result = next(transaction);
  if (result == 0 && events >= 0) {
    recorder_lock();
    recorder_write_acknowledgement(path, events);
    recorder_unlock();
  }
  return result;
}
