#ifndef WATTLEDGER_CPEERS_H
#define WATTLEDGER_CPEERS_H
#include <stddef.h>
#include <stdint.h>

/// What a database is to do: append events in batches, one durable commit a batch.
///
/// An event has a position (primary key), an id of 16 bytes (unique: an event whose id is there adds
/// nothing), a station (index by station and position), kind, direction, two times and a body.
typedef struct {
  uint64_t events;
  uint64_t batch;
  size_t body_bytes;
  uint32_t stations;   ///< They take turns from 1.
  _Bool has_random_ids; ///< As UUIDs of version 4 are; else they grow with the events, as those of
                       ///< version 7 do.
} wattledger_peer_work;

/// What came of it.
typedef struct {
  int64_t nanoseconds;     ///< From the first insert to the last commit.
  uint64_t events;         ///< In the table, after the first batch was sent once more.
  uint64_t station_events; ///< Of station 1, counted through its index.
  const char *error;       ///< NULL if all went well; valid until the next call.
} wattledger_peer_result;

/// The version of the installed SQLite, such as "3.40.1"; NULL if there is none.
///
/// Neither library is linked: the benchmark builds without them and loads what it finds.
const char *wattledger_sqlite_version(void);

/// Does the work in a new database file: WAL, synchronous=FULL, one prepared insert.
wattledger_peer_result wattledger_sqlite_append(const char *path, wattledger_peer_work work);

/// Whether PostgreSQL's client library is installed.
int wattledger_has_libpq(void);

/// Does the work in a table that is made anew: one prepared insert for a batch, given as binary
/// arrays, the next batch sent while the one before commits.
wattledger_peer_result wattledger_postgresql_append(
    const char *connection, wattledger_peer_work work);

#endif
