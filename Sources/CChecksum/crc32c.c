#include "CChecksum.h"

#include <string.h>

static uint32_t table_crc32c(uint32_t crc, const uint8_t *bytes, size_t length) {
  static const uint32_t nibble[16] = {
      0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
      0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75};
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    crc = (crc >> 4) ^ nibble[crc & 15];
    crc = (crc >> 4) ^ nibble[crc & 15];
  }
  return crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t
hardware_crc32c(uint32_t crc, const uint8_t *bytes, size_t length) {
  uint64_t wide = crc;
  while (length >= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    wide = _mm_crc32_u64(wide, word);
    bytes += 8;
    length -= 8;
  }
  crc = (uint32_t)wide;
  while (length-- > 0) crc = _mm_crc32_u8(crc, *bytes++);
  return crc;
}

static int has_hardware(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

static uint32_t hardware_crc32c(uint32_t crc, const uint8_t *bytes, size_t length) {
  while (length >= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    crc = __crc32cd(crc, word);
    bytes += 8;
    length -= 8;
  }
  while (length-- > 0) crc = __crc32cb(crc, *bytes++);
  return crc;
}

static int has_hardware(void) { return 1; }
#else
static uint32_t hardware_crc32c(uint32_t crc, const uint8_t *bytes, size_t length) {
  return table_crc32c(crc, bytes, length);
}

static int has_hardware(void) { return 0; }
#endif

uint32_t wattledger_crc32c(uint32_t crc, const void *bytes, size_t length) {
  crc = ~crc;
  crc = has_hardware() ? hardware_crc32c(crc, bytes, length) : table_crc32c(crc, bytes, length);
  return ~crc;
}
