#include "CYardsticks.h"

#include <CChecksum.h>
#include <lmdb.h>
#include <string.h>

enum { header_bytes = 56, checksum_offset = 36, salt_offset = 40, cache_line = 64 };

// A word of each cache line that the body begins, added up.
static uint64_t touch(const uint8_t *body, size_t length) {
  uint64_t sum = 0;
  for (size_t offset = 0; offset + 8 <= length; offset += cache_line) {
    uint64_t word;
    memcpy(&word, body + offset, 8);
    sum += word;
  }
  return sum;
}

static int has_right_checksum(const uint8_t *record, size_t length, uint64_t key_bytes) {
  const uint32_t zero = 0;
  uint32_t stored;
  memcpy(&stored, record + checksum_offset, 4);
  uint32_t crc = wattledger_crc32c(0, &key_bytes, sizeof key_bytes);
  crc = wattledger_crc32c(crc, record, checksum_offset);
  crc = wattledger_crc32c(crc, &zero, sizeof zero);
  return stored == wattledger_crc32c(crc, record + salt_offset, length - salt_offset);
}

static int scan(MDB_txn *txn, int verifies, wattledger_scan_result *result) {
  MDB_dbi events;
  MDB_cursor *cursor;
  MDB_val key, value;
  int rc = mdb_dbi_open(txn, "events", 0, &events);
  if (rc != 0 || (rc = mdb_cursor_open(txn, events, &cursor)) != 0) return rc;
  while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
    const uint8_t *record = value.mv_data;
    uint64_t key_bytes;
    memcpy(&key_bytes, key.mv_data, sizeof key_bytes);
    if (value.mv_size < header_bytes || __builtin_bswap64(key_bytes) != result->events + 1 ||
        (verifies && !has_right_checksum(record, value.mv_size, key_bytes))) {
      rc = MDB_CORRUPTED;
      break;
    }
    result->touched += touch(record + header_bytes, value.mv_size - header_bytes);
    result->events++;
  }
  mdb_cursor_close(cursor);
  return rc == MDB_NOTFOUND ? 0 : rc;
}

wattledger_scan_result wattledger_c_scan(const char *path, int verifies) {
  wattledger_scan_result result = {0};
  MDB_env *env = NULL;
  MDB_txn *txn = NULL;
  int rc = mdb_env_create(&env);
  if (rc == 0) rc = mdb_env_set_mapsize(env, (size_t)1 << 40);
  if (rc == 0) rc = mdb_env_set_maxdbs(env, 16);
  if (rc == 0) rc = mdb_env_open(env, path, MDB_RDONLY | MDB_NOTLS, 0644);
  if (rc == 0) rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
  if (rc == 0) rc = scan(txn, verifies, &result);
  result.code = rc;
  if (txn) mdb_txn_abort(txn);
  if (env) mdb_env_close(env);
  return result;
}
