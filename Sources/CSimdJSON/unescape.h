#ifndef WATTLEDGER_CSIMDJSON_UNESCAPE_H
#define WATTLEDGER_CSIMDJSON_UNESCAPE_H

// What the escapes of a JSON string mean (RFC 8259, section 7).

#include <stddef.h>
#include <stdint.h>

#include "CSimdJSON.h"

namespace flatten {

// Four hexadecimal digits, or -1.
inline int32_t hex4(const uint8_t *bytes) {
  int32_t value = 0;
  for (int at = 0; at < 4; at += 1) {
    uint8_t byte = bytes[at];
    int32_t digit;
    if (uint8_t(byte - '0') < 10) {
      digit = byte - '0';
    } else if (uint8_t((byte | 0x20) - 'a') < 6) {
      digit = (byte | 0x20) - 'a' + 10;
    } else {
      return -1;
    }
    value = value * 16 + digit;
  }
  return value;
}

// What a one-letter escape stands for, or 0.
inline uint8_t plain_escape(uint8_t letter) {
  switch (letter) {
    case '"': case '\\': case '/': return letter;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

inline uint8_t *write_utf8(uint32_t scalar, uint8_t *out) {
  if (scalar < 0x80) {
    *out++ = uint8_t(scalar);
    return out;
  }
  if (scalar < 0x800) {
    *out++ = uint8_t(0xC0 | scalar >> 6);
  } else {
    if (scalar < 0x10000) {
      *out++ = uint8_t(0xE0 | scalar >> 12);
    } else {
      *out++ = uint8_t(0xF0 | scalar >> 18);
      *out++ = uint8_t(0x80 | (scalar >> 12 & 0x3F));
    }
    *out++ = uint8_t(0x80 | (scalar >> 6 & 0x3F));
  }
  *out++ = uint8_t(0x80 | (scalar & 0x3F));
  return out;
}

struct Unescaped {
  // Bytes written.
  size_t length;
  // CSIMDJSON_OK, or what is wrong at `place`.
  int32_t error;
  const uint8_t *place;
};

// Writes the meaning of the bytes from `in` up to `end`, the closing quote, to `out`, which has
// room for as many. Looking ahead stops at that quote: it is no digit and no backslash.
inline Unescaped unescape(const uint8_t *in, const uint8_t *end, uint8_t *out) noexcept {
  uint8_t *start = out;
  while (in < end) {
    if (*in != '\\') {
      *out++ = *in++;
      continue;
    }
    const uint8_t *escape = in;
    if (in[1] != 'u') {
      uint8_t plain = plain_escape(in[1]);
      if (plain == 0) return {0, CSIMDJSON_ERROR_ESCAPE, escape};
      *out++ = plain;
      in += 2;
      continue;
    }
    int32_t unit = hex4(in + 2);
    if (unit < 0) return {0, CSIMDJSON_ERROR_ESCAPE, escape};
    in += 6;
    uint32_t scalar = uint32_t(unit);
    if (unit >= 0xD800 && unit < 0xE000) {
      int32_t low = in[0] == '\\' && in[1] == 'u' ? hex4(in + 2) : -1;
      if (unit >= 0xDC00 || low < 0xDC00 || low >= 0xE000) {
        return {0, CSIMDJSON_ERROR_SURROGATE, escape};
      }
      scalar = 0x10000 + (uint32_t(unit - 0xD800) << 10) + uint32_t(low - 0xDC00);
      in += 6;
    }
    out = write_utf8(scalar, out);
  }
  return {size_t(out - start), CSIMDJSON_OK, nullptr};
}

}  // namespace flatten
#endif
