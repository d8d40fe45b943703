#include "peer.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t peer_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static uint64_t mix(uint64_t x) { // SplitMix64
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

void peer_id(const wattledger_peer_work *work, uint64_t number, uint8_t id[id_bytes]) {
  uint64_t seed = (number + 1) * 0x9e3779b97f4a7c15u;
  uint64_t words[2] = {work->has_random_ids ? mix(seed) : __builtin_bswap64(number), seed};
  memcpy(id, words, id_bytes);
}

const char *peer_error(const char *what, const char *reason) {
  static char message[512];
  snprintf(message, sizeof message, "%s: %s", what, reason);
  return message;
}

int peer_load(const char *library, const char *const *names, void **functions, size_t count) {
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!handle) return 0;
  for (size_t i = 0; i < count; i++) {
    functions[i] = dlsym(handle, names[i]);
    if (!functions[i]) return 0;
  }
  return 1;
}
