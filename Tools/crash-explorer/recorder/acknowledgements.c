/* Says in the trace what the program has promised: `mdb_txn_commit` of the log's environment has
   returned success. The program knows nothing of it, and can promise nothing before. */
#define _GNU_SOURCE
#include "recorder.h"

#include <dlfcn.h>
#include <endian.h>
#include <lmdb.h>
#include <stdio.h>
#include <string.h>

/* liblmdb is the program's: the recorder is not linked to it. */
#define REAL(name) __typeof__(&name) real_##name = (__typeof__(&name))recorder_next(#name)

/* The last position of the log once `transaction` is committed; 0 if it is empty, -1 if it is another
   environment. Rows of sealed events are gone, so rows are not counted. */
static long long last_position_in(MDB_txn *transaction, const char *path) {
  REAL(mdb_dbi_open);
  REAL(mdb_cursor_open);
  REAL(mdb_cursor_get);
  REAL(mdb_cursor_close);
  size_t length = strlen(path);
  MDB_dbi events;
  MDB_cursor *cursor;
  MDB_val key, record;
  if (length < 4 || strcmp(path + length - 4, "/log") != 0) return -1;
  if (real_mdb_dbi_open(transaction, "events", 0, &events) != 0) return -1;
  if (real_mdb_cursor_open(transaction, events, &cursor) != 0) return -1;
  int result = real_mdb_cursor_get(cursor, &key, &record, MDB_LAST);
  uint64_t position = 0;
  if (result == 0 && key.mv_size == sizeof position) {
    memcpy(&position, key.mv_data, sizeof position);
  }
  real_mdb_cursor_close(cursor);
  return result == 0 || result == MDB_NOTFOUND ? (long long)be64toh(position) : -1;
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
  long long events = last_position_in(transaction, path);
  int result = next(transaction);
  if (result == 0 && events >= 0) {
    recorder_lock();
    recorder_write_acknowledgement(path, events);
    recorder_unlock();
  }
  return result;
}
