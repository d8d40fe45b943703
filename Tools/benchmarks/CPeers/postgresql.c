#include "CPeers.h"
#include "peer.h"

#include <stdlib.h>
#include <string.h>

// The part of libpq that is used here (PostgreSQL 15, chapter 34), loaded when it is first asked for.
typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
enum { command_ok = 1, tuples_ok = 2, pipeline_sync = 10 };

static struct {
  PGconn *(*connectdb)(const char *);
  int (*status)(const PGconn *);
  void (*finish)(PGconn *);
  char *(*errorMessage)(const PGconn *);
  PGresult *(*exec)(PGconn *, const char *);
  PGresult *(*prepare)(PGconn *, const char *, const char *, int, const unsigned *);
  int (*enterPipelineMode)(PGconn *);
  int (*exitPipelineMode)(PGconn *);
  int (*pipelineSync)(PGconn *);
  int (*sendQueryPrepared)(
      PGconn *, const char *, int, const char *const *, const int *, const int *, int);
  PGresult *(*getResult)(PGconn *);
  int (*resultStatus)(const PGresult *);
  char *(*getvalue)(const PGresult *, int, int);
  void (*clear)(PGresult *);
} pq;

static int load(void) {
  static const char *const names[] = {
      "PQconnectdb",      "PQstatus",          "PQfinish",    "PQerrorMessage",
      "PQexec",           "PQprepare",         "PQenterPipelineMode", "PQexitPipelineMode",
      "PQpipelineSync",   "PQsendQueryPrepared", "PQgetResult", "PQresultStatus",
      "PQgetvalue",       "PQclear"};
  enum { count = sizeof names / sizeof *names };
  _Static_assert(sizeof pq == count * sizeof(void *), "a name for each function");
  return pq.connectdb || peer_load("libpq.so.5", names, (void **)&pq, count);
}

int wattledger_has_libpq(void) { return load(); }

static const char *const schema[] = {
    "SET client_min_messages = warning",
    "DROP TABLE IF EXISTS events",
    "CREATE TABLE events (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " id uuid NOT NULL UNIQUE, received_at bigint NOT NULL, recorded_at bigint NOT NULL,"
    " station integer NOT NULL, kind smallint NOT NULL, direction smallint NOT NULL,"
    " body bytea NOT NULL)",
    "CREATE INDEX events_by_station ON events (station, position)"};
static const char insertion[] =
    "INSERT INTO events (id, station, received_at, recorded_at, kind, direction, body)"
    " SELECT id, station, at, at, 1, 1, body FROM"
    " unnest($1::uuid[], $2::integer[], $3::bigint[], $4::bytea[]) AS batch (id, station, at, body)"
    " ON CONFLICT (id) DO NOTHING";

enum { parameters = 4, in_flight = 2, array_header = 20 };
enum { type_bytea = 17, type_bigint = 20, type_integer = 23, type_uuid = 2950 };

// A batch as the four parameters of the insert: binary arrays of one dimension.
typedef struct {
  uint8_t *bytes[parameters];
  int sizes[parameters];
} batch_arrays;

static void put32(uint8_t *at, uint32_t number) {
  number = __builtin_bswap32(number);
  memcpy(at, &number, 4);
}

static void put64(uint8_t *at, uint64_t number) {
  number = __builtin_bswap64(number);
  memcpy(at, &number, 8);
}

static void begin_array(uint8_t *at, uint32_t type, uint32_t count) {
  put32(at, 1);     // dimensions
  put32(at + 4, 0); // no nulls
  put32(at + 8, type);
  put32(at + 12, count);
  put32(at + 16, 1); // the lowest index
}

static void fill(
    batch_arrays *arrays, const wattledger_peer_work *work, uint64_t first, uint64_t end) {
  static const uint32_t types[parameters] = {type_uuid, type_integer, type_bigint, type_bytea};
  uint32_t widths[parameters] = {id_bytes, 4, 8, (uint32_t)work->body_bytes};
  for (int i = 0; i < parameters; i++) {
    uint8_t *at = arrays->bytes[i];
    begin_array(at, types[i], (uint32_t)(end - first));
    at += array_header;
    for (uint64_t number = first; number < end; number++) {
      put32(at, widths[i]);
      at += 4;
      switch (i) {
        case 0: peer_id(work, number, at); break;
        case 1: put32(at, 1 + (uint32_t)(number % work->stations)); break;
        case 2: put64(at, 1735689600001 + number); break;
        default: memset(at, 'x', work->body_bytes);
      }
      at += widths[i];
    }
    arrays->sizes[i] = (int)(at - arrays->bytes[i]);
  }
}

static int allocate(batch_arrays *arrays, const wattledger_peer_work *work) {
  size_t widths[parameters] = {id_bytes, 4, 8, work->body_bytes};
  int is_complete = 1;
  for (int i = 0; i < parameters; i++) {
    arrays->bytes[i] = malloc(array_header + work->batch * (4 + widths[i]));
    is_complete = is_complete && arrays->bytes[i];
  }
  return is_complete;
}

// Whether the statement succeeded; what it returned in the first column, if it is a number.
static int execute(PGconn *connection, const char *statement, uint64_t *number) {
  PGresult *result = pq.exec(connection, statement);
  int status = pq.resultStatus(result);
  if (status == tuples_ok && number) *number = strtoull(pq.getvalue(result, 0, 0), NULL, 10);
  pq.clear(result);
  return status == command_ok || status == tuples_ok;
}

static int send(PGconn *connection, const batch_arrays *arrays) {
  static const int formats[parameters] = {1, 1, 1, 1};
  return pq.sendQueryPrepared(
             connection, "append", parameters, (const char *const *)arrays->bytes, arrays->sizes,
             formats, 0) &&
         pq.pipelineSync(connection);
}

// Takes the answer to one batch: the result of the insert, the end of its results, and the
// synchronisation point, at which it has committed.
static int take_answer(PGconn *connection) {
  static const int expected[] = {command_ok, -1, pipeline_sync};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    PGresult *result = pq.getResult(connection);
    int status = result ? pq.resultStatus(result) : -1;
    pq.clear(result);
    if (status != expected[i]) return 0;
  }
  return 1;
}

// Sends all batches, never more than `in_flight` before the first of them has answered.
static int append(
    PGconn *connection, batch_arrays *arrays, const wattledger_peer_work *work, uint64_t events) {
  int waiting = 0;
  int is_good = pq.enterPipelineMode(connection);
  for (uint64_t next = 0; is_good && next < events; next += work->batch) {
    fill(arrays, work, next, events - next < work->batch ? events : next + work->batch);
    is_good = send(connection, arrays);
    waiting += is_good;
    if (is_good && waiting == in_flight) {
      is_good = take_answer(connection);
      waiting--;
    }
  }
  for (; is_good && waiting > 0; waiting--) is_good = take_answer(connection);
  return is_good && pq.exitPipelineMode(connection);
}

static int run(
    PGconn *connection, batch_arrays *arrays, const wattledger_peer_work *work,
    wattledger_peer_result *result) {
  for (size_t i = 0; i < sizeof schema / sizeof *schema; i++) {
    if (!execute(connection, schema[i], NULL)) return 0;
  }
  PGresult *prepared = pq.prepare(connection, "append", insertion, 0, NULL);
  int is_good = pq.resultStatus(prepared) == command_ok;
  pq.clear(prepared);
  int64_t begun = peer_nanoseconds();
  is_good = is_good && append(connection, arrays, work, work->events);
  result->nanoseconds = peer_nanoseconds() - begun;
  uint64_t again = work->batch < work->events ? work->batch : work->events;
  return is_good && append(connection, arrays, work, again) &&
         execute(connection, "SELECT count(*) FROM events", &result->events) &&
         execute(
             connection, "SELECT count(*) FROM events WHERE station = 1", &result->station_events);
}

wattledger_peer_result wattledger_postgresql_append(
    const char *connection_string, wattledger_peer_work work) {
  wattledger_peer_result result = {0};
  batch_arrays arrays = {0};
  if (!load() || work.batch == 0 || work.stations == 0 || !allocate(&arrays, &work)) {
    result.error = peer_error("PostgreSQL", "no client library, or there is nothing to do");
  } else {
    PGconn *connection = pq.connectdb(connection_string);
    if (pq.status(connection) != 0 || !run(connection, &arrays, &work, &result)) {
      result.error = peer_error("PostgreSQL", pq.errorMessage(connection));
    }
    pq.finish(connection);
  }
  for (int i = 0; i < parameters; i++) free(arrays.bytes[i]);
  return result;
}
