#include "CAppendLoop.h"

#include <CChecksum.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { header_bytes = 56, checksum_offset = 36, hash_bytes = 32, group_size = 256 };

typedef struct {
  uint64_t last_position;
  int64_t greatest_received_at;
  uint64_t count;
} stream_head;

typedef struct {
  MDB_env *env;
  MDB_dbi log;
  MDB_dbi heads;
  MDB_dbi tree;
  MDB_dbi meta;
  stream_head *cache; // one a station, index 0 unused
  uint32_t stations;
  uint64_t position;
  uint64_t body_total;
  size_t body_bytes;
  const uint8_t *body;
} loop;

static int64_t now_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void put_header(
    uint8_t *record, uint32_t station, int64_t time, uint64_t previous, uint64_t position) {
  uint64_t salt[2] = {position * 0x9e3779b97f4a7c15u, position * 0xbf58476d1ce4e5b9u};
  uint32_t source = 0;
  memset(record, 0, header_bytes);
  record[0] = 1; // version
  record[1] = 1; // kind: OCPP 1.6
  record[2] = 1; // direction: from the station
  memcpy(record + 4, &station, 4);
  memcpy(record + 8, &time, 8);
  memcpy(record + 16, &time, 8);
  memcpy(record + 24, &previous, 8);
  memcpy(record + 32, &source, 4);
  memcpy(record + 40, salt, 16);
}

static int append_event(loop *self, MDB_txn *txn) {
  uint64_t position = ++self->position;
  uint32_t station = 1 + (uint32_t)((position - 1) % self->stations);
  stream_head *head = &self->cache[station];
  uint64_t key_bytes = __builtin_bswap64(position);
  MDB_val key = {sizeof key_bytes, &key_bytes};
  MDB_val value = {header_bytes + self->body_bytes, NULL};
  int64_t time = 1735689600000 + (int64_t)position;

  int rc = mdb_put(txn, self->log, &key, &value, MDB_APPEND | MDB_RESERVE);
  if (rc != 0) return rc;
  uint8_t *record = value.mv_data;
  put_header(record, station, time, head->last_position, position);
  memcpy(record + header_bytes, self->body, self->body_bytes);
  uint32_t crc = wattledger_crc32c(0, &key_bytes, sizeof key_bytes);
  crc = wattledger_crc32c(crc, record, value.mv_size);
  memcpy(record + checksum_offset, &crc, sizeof crc);

  head->last_position = position;
  head->greatest_received_at = time;
  head->count++;
  self->body_total += self->body_bytes;
  return 0;
}

static int put_heads(loop *self, MDB_txn *txn, uint64_t events_of_batch) {
  uint64_t rows = events_of_batch < self->stations ? events_of_batch : self->stations;
  for (uint64_t i = 0; i < rows; i++) {
    uint32_t station = 1 + (uint32_t)((self->position - 1 - i) % self->stations);
    uint32_t key_bytes = __builtin_bswap32(station);
    MDB_val key = {sizeof key_bytes, &key_bytes};
    MDB_val value = {sizeof(stream_head), &self->cache[station]};
    int rc = mdb_put(txn, self->heads, &key, &value, 0);
    if (rc != 0) return rc;
  }
  int64_t totals[3] = {
      (int64_t)self->body_total, 1735689600001, 1735689600000 + (int64_t)self->position};
  MDB_val key = {6, "totals"};
  MDB_val value = {sizeof totals, totals};
  return mdb_put(txn, self->meta, &key, &value, 0);
}

// Rows as large as those of the hash tree, in the same places, but without any hashing.
static int put_tree(loop *self, MDB_txn *txn, uint64_t before) {
  uint8_t hashes[8 + 64 * hash_bytes] = {0};
  for (uint64_t group = before / group_size; group < self->position / group_size; group++) {
    uint64_t key_bytes = __builtin_bswap64(group);
    MDB_val key = {sizeof key_bytes, &key_bytes};
    MDB_val value = {(1 + (size_t)__builtin_ctzll(group + 1)) * hash_bytes, hashes};
    int rc = mdb_put(txn, self->tree, &key, &value, MDB_APPEND);
    if (rc != 0) return rc;
  }
  MDB_val key = {4, "tree"};
  MDB_val value = {8 + (size_t)__builtin_popcountll(self->position) * hash_bytes, hashes};
  return mdb_put(txn, self->meta, &key, &value, 0);
}

static int append_batch(loop *self, uint64_t events) {
  MDB_txn *txn;
  uint64_t before = self->position;
  int rc = mdb_txn_begin(self->env, NULL, 0, &txn);
  if (rc != 0) return rc;
  for (uint64_t i = 0; i < events && rc == 0; i++) rc = append_event(self, txn);
  if (rc == 0) rc = put_heads(self, txn, events);
  if (rc == 0) rc = put_tree(self, txn, before);
  if (rc == 0) return mdb_txn_commit(txn);
  mdb_txn_abort(txn);
  return rc;
}

static int open_environment(loop *self, const char *path) {
  MDB_txn *txn;
  int rc = mdb_env_create(&self->env);
  if (rc != 0) return rc;
  mdb_env_set_mapsize(self->env, (size_t)1 << 40);
  mdb_env_set_maxdbs(self->env, 16);
  if ((rc = mdb_env_open(self->env, path, MDB_NOTLS, 0644)) != 0) return rc;
  if ((rc = mdb_txn_begin(self->env, NULL, 0, &txn)) != 0) return rc;
  rc = mdb_dbi_open(txn, "events", MDB_CREATE, &self->log);
  if (rc == 0) rc = mdb_dbi_open(txn, "heads", MDB_CREATE, &self->heads);
  if (rc == 0) rc = mdb_dbi_open(txn, "tree", MDB_CREATE, &self->tree);
  if (rc == 0) rc = mdb_dbi_open(txn, "meta", MDB_CREATE, &self->meta);
  if (rc == 0) return mdb_txn_commit(txn);
  mdb_txn_abort(txn);
  return rc;
}

int64_t wattledger_c_append(
    const char *path, uint64_t events, uint64_t batch, size_t body_bytes, uint32_t stations) {
  uint8_t *body = malloc(body_bytes + 1);
  loop self = {.stations = stations, .body_bytes = body_bytes, .body = body};
  self.cache = calloc((size_t)stations + 1, sizeof *self.cache);
  int rc = body && self.cache && stations > 0 && batch > 0 ? 0 : MDB_BAD_VALSIZE;
  if (rc == 0) {
    memset(body, 'x', body_bytes);
    rc = open_environment(&self, path);
  }
  int64_t begun = now_nanoseconds();
  for (uint64_t done = 0; rc == 0 && done < events; done += batch) {
    rc = append_batch(&self, events - done < batch ? events - done : batch);
  }
  int64_t elapsed = now_nanoseconds() - begun;
  if (self.env) mdb_env_close(self.env);
  free(self.cache);
  free(body);
  return rc == 0 ? elapsed : (rc < 0 ? rc : -rc);
}
