#ifndef WATTLEDGER_CSIMDJSON_FAULTS_H
#define WATTLEDGER_CSIMDJSON_FAULTS_H

// simdjson's first stage says that a text is bad, not where. These are the slow ways to find the
// place, for the message only.

#include <simdjson.h>

namespace flatten {

// Where the first character begins that is not UTF-8. The text is padded.
inline uint32_t first_bad_utf8(const uint8_t *text, uint32_t length) noexcept {
  uint32_t at = 0;
  while (at < length) {
    uint8_t lead = text[at];
    uint32_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    auto *character = reinterpret_cast<const char *>(text + at);
    if (at + bytes > length || !simdjson::validate_utf8(character, bytes)) return at;
    at += bytes;
  }
  return 0;
}

// Where a string holds a control character, or where the string that never ends began.
inline uint32_t first_bad_string_byte(const uint8_t *text, uint32_t length) noexcept {
  uint32_t opening = 0;
  bool inside = false;
  for (uint32_t at = 0; at < length; at += 1) {
    uint8_t byte = text[at];
    if (inside && byte < 0x20) return at;
    if (inside && byte == '\\') {
      at += 1;
    } else if (byte == '"') {
      inside = !inside;
      opening = at;
    }
  }
  return opening;
}

}  // namespace flatten
#endif
