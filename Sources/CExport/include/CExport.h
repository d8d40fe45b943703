#ifndef WATTLEDGER_EXPORT_H
#define WATTLEDGER_EXPORT_H

#include <stddef.h>

// Exchanges two names of one file system in one step (renameat2, RENAME_EXCHANGE): Glibc's module
// does not show it. Returns 0, or -1 and errno.
int wattledger_exchange_names(const char *one, const char *other);

// The part of libpq that an export needs (PostgreSQL 15, chapter 34). The library is loaded when it is
// first asked for: every other verb starts without it and what it needs in turn, and whoever has no
// PostgreSQL needs no libpq.
typedef struct pg_conn wattledger_pg_connection;
typedef struct pg_result wattledger_pg_result;

typedef enum {
  wattledger_pg_command_ok = 1,
  wattledger_pg_tuples_ok = 2,
  wattledger_pg_copy_out = 3,
  wattledger_pg_copy_in = 4,
} wattledger_pg_status;

// 1 if libpq is there.
int wattledger_pg_load(void);

// The functions below may be called only then. Each does what the libpq function of its name does.
wattledger_pg_connection *wattledger_pg_connectdb(const char *conninfo);
int wattledger_pg_is_connected(const wattledger_pg_connection *connection);
void wattledger_pg_finish(wattledger_pg_connection *connection);
const char *wattledger_pg_error_message(const wattledger_pg_connection *connection);
const char *wattledger_pg_db(const wattledger_pg_connection *connection);
const char *wattledger_pg_host(const wattledger_pg_connection *connection);
wattledger_pg_result *wattledger_pg_exec(wattledger_pg_connection *connection, const char *command);
wattledger_pg_result *wattledger_pg_get_result(wattledger_pg_connection *connection);
wattledger_pg_status wattledger_pg_result_status(const wattledger_pg_result *result);
const char *wattledger_pg_result_error(const wattledger_pg_result *result);
int wattledger_pg_ntuples(const wattledger_pg_result *result);
int wattledger_pg_nfields(const wattledger_pg_result *result);
int wattledger_pg_is_null(const wattledger_pg_result *result, int row, int column);
const char *wattledger_pg_value(const wattledger_pg_result *result, int row, int column);
void wattledger_pg_clear(wattledger_pg_result *result);
int wattledger_pg_put_copy_data(
    wattledger_pg_connection *connection, const char *bytes, int count);
int wattledger_pg_put_copy_end(wattledger_pg_connection *connection, const char *error);
int wattledger_pg_get_copy_data(wattledger_pg_connection *connection, char **row);
void wattledger_pg_free(void *memory);
// Keeps notices from being printed.
void wattledger_pg_ignore_notices(wattledger_pg_connection *connection);

#endif
