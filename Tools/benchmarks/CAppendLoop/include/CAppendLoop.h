#ifndef WATTLEDGER_CAPPENDLOOP_H
#define WATTLEDGER_CAPPENDLOOP_H
#include <stddef.h>
#include <stdint.h>

/// What an append costs in plain C: the yardstick of the append benchmark.
///
/// Opens the LMDB environment in the directory `path` (made if its file is missing), appends
/// `events` records with bodies of `body_bytes` in batches of `batch` events, one synced commit a
/// batch, and closes it. Keys, records (checksum included) and the rows of `heads` are those of
/// Schemas/log-record.md; stations take turns from 1 to `stations`. Salts are not random here.
///
/// Returns the nanoseconds from the first begin to the last commit, or the negative code of LMDB.
int64_t wattledger_c_append(
    const char *path, uint64_t events, uint64_t batch, size_t body_bytes, uint32_t stations);

#endif
