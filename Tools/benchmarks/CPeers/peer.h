#ifndef PEER_H
#define PEER_H
#include <CPeers.h>
#include <stddef.h>
#include <stdint.h>

enum { id_bytes = 16 };

int64_t peer_nanoseconds(void);

// The id of an event by its number from 0.
void peer_id(const wattledger_peer_work *work, uint64_t number, uint8_t id[id_bytes]);

// Keeps a message for the caller of the library, and returns it.
const char *peer_error(const char *what, const char *reason);

// Loads a library and the functions whose names stand in `names`; 0 if anything is missing.
int peer_load(const char *library, const char *const *names, void **functions, size_t count);

#endif
