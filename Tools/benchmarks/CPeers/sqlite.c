#include "CPeers.h"
#include "peer.h"

#include <stdlib.h>
#include <string.h>

// The part of SQLite's interface that is used here (sqlite.org/c3ref), loaded when it is first asked
// for.
typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
enum { ok = 0, row = 100, done = 101, open_read_write = 2, open_create = 4, open_no_mutex = 0x8000 };

static struct {
  const char *(*libversion)(void);
  int (*open_v2)(const char *, sqlite3 **, int, const char *);
  int (*close)(sqlite3 *);
  int (*exec)(sqlite3 *, const char *, void *, void *, char **);
  const char *(*errmsg)(sqlite3 *);
  int (*prepare_v2)(sqlite3 *, const char *, int, sqlite3_stmt **, const char **);
  int (*finalize)(sqlite3_stmt *);
  int (*step)(sqlite3_stmt *);
  int (*reset)(sqlite3_stmt *);
  int (*bind_int64)(sqlite3_stmt *, int, int64_t);
  int (*bind_blob)(sqlite3_stmt *, int, const void *, int, void (*)(void *));
  int64_t (*column_int64)(sqlite3_stmt *, int);
} sqlite;

static int load(void) {
  static const char *const names[] = {
      "sqlite3_libversion", "sqlite3_open_v2",    "sqlite3_close",    "sqlite3_exec",
      "sqlite3_errmsg",     "sqlite3_prepare_v2", "sqlite3_finalize", "sqlite3_step",
      "sqlite3_reset",      "sqlite3_bind_int64", "sqlite3_bind_blob", "sqlite3_column_int64"};
  enum { count = sizeof names / sizeof *names };
  _Static_assert(sizeof sqlite == count * sizeof(void *), "a name for each function");
  return sqlite.libversion || peer_load("libsqlite3.so.0", names, (void **)&sqlite, count);
}

const char *wattledger_sqlite_version(void) { return load() ? sqlite.libversion() : NULL; }

// An index on the station alone is in order of the position too: SQLite ends each entry of an index
// with the row's key. Checkpoints of ten times the usual length and a cache that holds everything are
// what bulk loads are advised to take; neither weakens durability.
static const char schema[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=10000;"
    "PRAGMA cache_size=-524288; PRAGMA temp_store=MEMORY;"
    "CREATE TABLE events (position INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE,"
    " station INTEGER NOT NULL, received_at INTEGER NOT NULL, recorded_at INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, direction INTEGER NOT NULL, body BLOB NOT NULL);"
    "CREATE INDEX events_by_station ON events (station);";
static const char insertion[] =
    "INSERT INTO events (id, station, received_at, recorded_at, kind, direction, body)"
    " VALUES (?1, ?2, ?3, ?3, 1, 1, ?4) ON CONFLICT (id) DO NOTHING";

static int insert_batch(
    sqlite3 *db, sqlite3_stmt *insert, const wattledger_peer_work *work, const uint8_t *body,
    uint64_t first, uint64_t end) {
  int rc = sqlite.exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  for (uint64_t number = first; rc == ok && number < end; number++) {
    uint8_t id[id_bytes];
    peer_id(work, number, id);
    sqlite.bind_blob(insert, 1, id, id_bytes, NULL);
    sqlite.bind_int64(insert, 2, 1 + (int64_t)(number % work->stations));
    sqlite.bind_int64(insert, 3, 1735689600001 + (int64_t)number);
    sqlite.bind_blob(insert, 4, body, (int)work->body_bytes, NULL);
    rc = sqlite.step(insert);
    sqlite.reset(insert);
    if (rc == done) rc = ok;
  }
  return rc == ok ? sqlite.exec(db, "COMMIT", NULL, NULL, NULL) : rc;
}

static int query_number(sqlite3 *db, const char *query, uint64_t *number) {
  sqlite3_stmt *statement = NULL;
  int rc = sqlite.prepare_v2(db, query, -1, &statement, NULL);
  if (rc == ok) rc = sqlite.step(statement);
  if (rc == row) *number = (uint64_t)sqlite.column_int64(statement, 0);
  sqlite.finalize(statement);
  return rc == row ? ok : rc;
}

static int run(
    sqlite3 *db, const wattledger_peer_work *work, const uint8_t *body,
    wattledger_peer_result *result) {
  sqlite3_stmt *insert = NULL;
  int rc = sqlite.exec(db, schema, NULL, NULL, NULL);
  if (rc == ok) rc = sqlite.prepare_v2(db, insertion, -1, &insert, NULL);
  int64_t begun = peer_nanoseconds();
  uint64_t next = 0;
  while (rc == ok && next < work->events) {
    uint64_t end = next + work->batch < work->events ? next + work->batch : work->events;
    rc = insert_batch(db, insert, work, body, next, end);
    next = end;
  }
  result->nanoseconds = peer_nanoseconds() - begun;
  uint64_t again = work->batch < work->events ? work->batch : work->events;
  if (rc == ok) rc = insert_batch(db, insert, work, body, 0, again);
  if (rc == ok) rc = query_number(db, "SELECT count(*) FROM events", &result->events);
  if (rc == ok) {
    rc = query_number(
        db, "SELECT count(*) FROM events INDEXED BY events_by_station WHERE station = 1",
        &result->station_events);
  }
  if (rc != ok) result->error = peer_error("SQLite", sqlite.errmsg(db));
  sqlite.finalize(insert);
  return rc;
}

wattledger_peer_result wattledger_sqlite_append(const char *path, wattledger_peer_work work) {
  wattledger_peer_result result = {0};
  sqlite3 *db = NULL;
  uint8_t *body = malloc(work.body_bytes + 1);
  if (!load() || !body || work.batch == 0 || work.stations == 0) {
    result.error = peer_error("SQLite", "not installed, or there is nothing to do");
  } else {
    memset(body, 'x', work.body_bytes);
    int flags = open_read_write | open_create | open_no_mutex;
    if (sqlite.open_v2(path, &db, flags, NULL) != ok) {
      result.error = peer_error("SQLite", "cannot open the database file");
    } else {
      run(db, &work, body, &result);
    }
    sqlite.close(db);
  }
  free(body);
  return result;
}
