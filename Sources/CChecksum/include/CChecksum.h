#ifndef WATTLEDGER_CCHECKSUM_H
#define WATTLEDGER_CCHECKSUM_H
#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, reflected, RFC 3720 B.4) of `length` bytes, continuing from `crc` (0 to begin).
/// Uses the SSE 4.2 or ARMv8 instruction where the processor has it, a table elsewhere.
uint32_t wattledger_crc32c(uint32_t crc, const void *bytes, size_t length);

#endif
