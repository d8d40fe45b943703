#include "CExport.h"

#include <dlfcn.h>

typedef wattledger_pg_connection PGconn;
typedef wattledger_pg_result PGresult;
typedef void (*notice_processor)(void *, const char *);

static struct {
  PGconn *(*connectdb)(const char *);
  int (*status)(const PGconn *);
  void (*finish)(PGconn *);
  char *(*errorMessage)(const PGconn *);
  char *(*db)(const PGconn *);
  char *(*host)(const PGconn *);
  PGresult *(*exec)(PGconn *, const char *);
  PGresult *(*getResult)(PGconn *);
  int (*resultStatus)(const PGresult *);
  char *(*resultErrorMessage)(const PGresult *);
  int (*ntuples)(const PGresult *);
  int (*nfields)(const PGresult *);
  int (*getisnull)(const PGresult *, int, int);
  char *(*getvalue)(const PGresult *, int, int);
  void (*clear)(PGresult *);
  int (*putCopyData)(PGconn *, const char *, int);
  int (*putCopyEnd)(PGconn *, const char *);
  int (*getCopyData)(PGconn *, char **, int);
  void (*freemem)(void *);
  notice_processor (*setNoticeProcessor)(PGconn *, notice_processor, void *);
} pq;

static const char *const names[] = {
    "PQconnectdb",    "PQstatus",       "PQfinish",  "PQerrorMessage", "PQdb",
    "PQhost",         "PQexec",         "PQgetResult", "PQresultStatus", "PQresultErrorMessage",
    "PQntuples",      "PQnfields",      "PQgetisnull", "PQgetvalue",     "PQclear",
    "PQputCopyData",  "PQputCopyEnd",   "PQgetCopyData", "PQfreemem",    "PQsetNoticeProcessor"};

int wattledger_pg_load(void) {
  enum { count = sizeof names / sizeof *names };
  _Static_assert(sizeof pq == count * sizeof(void *), "a name for each function");
  if (pq.setNoticeProcessor) return 1;
  void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (!library) return 0;
  // The last one is written last: what is found by two threads at once is the same.
  void **functions = (void **)&pq;
  for (size_t i = 0; i < count; i++) {
    void *function = dlsym(library, names[i]);
    if (!function) return 0;
    functions[i] = function;
  }
  return 1;
}

static void ignore(void *context, const char *message) {
  (void)context;
  (void)message;
}

PGconn *wattledger_pg_connectdb(const char *conninfo) { return pq.connectdb(conninfo); }
int wattledger_pg_is_connected(const PGconn *connection) { return pq.status(connection) == 0; }
void wattledger_pg_finish(PGconn *connection) { pq.finish(connection); }
const char *wattledger_pg_error_message(const PGconn *connection) {
  return pq.errorMessage(connection);
}
const char *wattledger_pg_db(const PGconn *connection) { return pq.db(connection); }
const char *wattledger_pg_host(const PGconn *connection) { return pq.host(connection); }
PGresult *wattledger_pg_exec(PGconn *connection, const char *command) {
  return pq.exec(connection, command);
}
PGresult *wattledger_pg_get_result(PGconn *connection) { return pq.getResult(connection); }
wattledger_pg_status wattledger_pg_result_status(const PGresult *result) {
  return (wattledger_pg_status)pq.resultStatus(result);
}
const char *wattledger_pg_result_error(const PGresult *result) {
  return pq.resultErrorMessage(result);
}
int wattledger_pg_ntuples(const PGresult *result) { return pq.ntuples(result); }
int wattledger_pg_nfields(const PGresult *result) { return pq.nfields(result); }
int wattledger_pg_is_null(const PGresult *result, int row, int column) {
  return pq.getisnull(result, row, column);
}
const char *wattledger_pg_value(const PGresult *result, int row, int column) {
  return pq.getvalue(result, row, column);
}
void wattledger_pg_clear(PGresult *result) { pq.clear(result); }
int wattledger_pg_put_copy_data(PGconn *connection, const char *bytes, int count) {
  return pq.putCopyData(connection, bytes, count);
}
int wattledger_pg_put_copy_end(PGconn *connection, const char *error) {
  return pq.putCopyEnd(connection, error);
}
int wattledger_pg_get_copy_data(PGconn *connection, char **row) {
  return pq.getCopyData(connection, row, 0);
}
void wattledger_pg_free(void *memory) { pq.freemem(memory); }
void wattledger_pg_ignore_notices(PGconn *connection) {
  pq.setNoticeProcessor(connection, ignore, NULL);
}
