#ifndef WATTLEDGER_CSIMDJSON_H
#define WATTLEDGER_CSIMDJSON_H

// Strict JSON to a flat array of nodes, over simdjson's first stage. One call parses a whole text;
// walking the result needs no further call. Nothing here throws or aborts on bad input.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The kinds of a node.
enum {
  CSIMDJSON_NULL = 0,
  CSIMDJSON_FALSE = 1,
  CSIMDJSON_TRUE = 2,
  CSIMDJSON_NUMBER = 3,
  CSIMDJSON_STRING = 4,
  CSIMDJSON_ARRAY = 5,
  CSIMDJSON_OBJECT = 6,
};

/// Flags of a node.
enum {
  /// A number without fraction and exponent.
  CSIMDJSON_FLAG_INTEGER = 1,
  /// A string with escapes: its bytes are in `unescaped`, at the same offset as in `text`.
  CSIMDJSON_FLAG_ESCAPED = 2,
};

/// Why a text was refused.
enum {
  CSIMDJSON_OK = 0,
  CSIMDJSON_ERROR_EMPTY = 1,
  CSIMDJSON_ERROR_TOO_LONG = 2,
  CSIMDJSON_ERROR_NO_MEMORY = 3,
  CSIMDJSON_ERROR_UTF8 = 4,
  CSIMDJSON_ERROR_UNCLOSED_STRING = 5,
  CSIMDJSON_ERROR_CONTROL_CHARACTER = 6,
  CSIMDJSON_ERROR_TOO_DEEP = 7,
  CSIMDJSON_ERROR_EXPECTED_VALUE = 8,
  CSIMDJSON_ERROR_EXPECTED_KEY = 9,
  CSIMDJSON_ERROR_EXPECTED_COLON = 10,
  CSIMDJSON_ERROR_EXPECTED_COMMA = 11,
  CSIMDJSON_ERROR_NUMBER = 12,
  CSIMDJSON_ERROR_ESCAPE = 13,
  CSIMDJSON_ERROR_SURROGATE = 14,
  CSIMDJSON_ERROR_TRAILING = 15,
};

/// The greatest nesting of arrays and objects.
#define CSIMDJSON_MAX_DEPTH 256
/// The longest text, in bytes.
#define CSIMDJSON_MAX_LENGTH (1u << 30)

/// One value, or one key of an object. The array holds values in the order of the text; an object
/// is followed by key, value, key, value.
typedef struct csimdjson_node {
  /// Where the value's source begins; for a string, its opening quote.
  uint32_t offset;
  /// Bytes of the source, brackets and quotes included.
  uint32_t length;
  /// Index of the node after this value and everything inside it.
  uint32_t next;
  /// Arrays: elements. Objects: members. Strings: bytes without quotes, escapes resolved.
  uint32_t count;
  uint8_t kind;
  uint8_t flags;
  uint16_t reserved;
} csimdjson_node;

/// The result of a parse. It is valid until the same parser parses again or is freed.
typedef struct csimdjson_document {
  const csimdjson_node *nodes;
  const uint8_t *text;
  const uint8_t *unescaped;
  /// CSIMDJSON_OK, or why the text was refused.
  int32_t error;
  /// Where, in bytes from the start of the text.
  uint32_t error_offset;
} csimdjson_document;

typedef struct csimdjson_parser csimdjson_parser;

/// A parser with its buffers, which are kept from text to text. NULL if memory is exhausted.
csimdjson_parser *csimdjson_parser_create(void);
void csimdjson_parser_free(csimdjson_parser *parser);

/// Copies `length` bytes to the parser's padded buffer and parses them. The result belongs to the
/// parser and stays at the same address.
const csimdjson_document *csimdjson_parse(
    csimdjson_parser *parser, const void *text, size_t length);

/// The yardstick of benchmarks: simdjson's own document parse with a reused parser and a padded
/// copy, then every value touched. Returns a checksum of the values, or 0 if the text is refused.
uint64_t csimdjson_bare_parse_touch(const void *text, size_t length);

#ifdef __cplusplus
}
#endif
#endif
