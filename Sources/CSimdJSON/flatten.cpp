// Strict JSON to flat nodes.
//
// simdjson's first stage (vectorised, chosen for the processor at run time) checks UTF-8, finds
// strings and marks where every token starts. The loop below is the second stage: it checks the
// grammar and writes one node per value. simdjson's own second stage would turn numbers into
// doubles, which a ledger must not do.

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "CSimdJSON.h"
#include "faults.h"
#include "unescape.h"

namespace {

using Stage1 = simdjson::internal::dom_parser_implementation;

inline bool is_space(uint8_t byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

inline bool is_digit(uint8_t byte) { return uint8_t(byte - '0') < 10; }

// What may follow a number or a literal.
inline bool ends_scalar(uint8_t byte) {
  return byte == ',' || byte == '}' || byte == ']' || byte == ':' || is_space(byte);
}

// A buffer that only grows; its content is not kept when it does.
template <typename Element>
struct Buffer {
  Element *elements = nullptr;
  size_t capacity = 0;

  ~Buffer() { std::free(elements); }

  bool reserve(size_t needed) noexcept {
    if (needed <= capacity) return true;
    std::free(elements);
    elements = static_cast<Element *>(std::malloc(needed * sizeof(Element)));
    capacity = elements ? needed : 0;
    return elements != nullptr;
  }
};

}  // namespace

struct csimdjson_parser {
  std::unique_ptr<Stage1> stage1;
  Buffer<uint8_t> text;
  Buffer<uint8_t> unescaped;
  Buffer<csimdjson_node> nodes;
  csimdjson_document document{};

  const csimdjson_document *parse(const void *source, size_t length) noexcept;

 private:
  // State of one parse.
  const uint32_t *token = nullptr;  // where the current token starts, in the first stage's indexes
  uint32_t length = 0;
  uint32_t node_count = 0;
  uint32_t depth = 0;
  bool has_escapes = false;
  uint32_t open_nodes[CSIMDJSON_MAX_DEPTH];

  bool fail(int32_t error, uint32_t offset) noexcept;
  bool prepare(const void *source, size_t source_length) noexcept;
  bool find_tokens() noexcept;
  bool build() noexcept;
  bool open_container(uint8_t kind) noexcept;
  void close_container() noexcept;
  bool key() noexcept;
  bool scalar() noexcept;
  bool string() noexcept;
  bool unescape(csimdjson_node &node) noexcept;
  bool number() noexcept;
  bool literal(const char *word, uint32_t word_length, uint8_t kind) noexcept;

  uint8_t here() const noexcept { return text.elements[*token]; }

  csimdjson_node &add(uint8_t kind, uint32_t offset, uint32_t bytes) noexcept {
    csimdjson_node &node = nodes.elements[node_count++];
    node = {offset, bytes, node_count, 0, kind, 0, 0};
    return node;
  }
};

bool csimdjson_parser::fail(int32_t error, uint32_t offset) noexcept {
  document.error = error;
  document.error_offset = offset;
  return false;
}

const csimdjson_document *csimdjson_parser::parse(const void *source, size_t bytes) noexcept {
  document.error = CSIMDJSON_OK;
  document.error_offset = 0;
  if (prepare(source, bytes) && find_tokens()) build();
  document.nodes = nodes.elements;
  document.text = text.elements;
  document.unescaped = unescaped.elements;
  return &document;
}

// Copies the text and makes room. Room is taken in powers of two, so it settles quickly.
bool csimdjson_parser::prepare(const void *source, size_t bytes) noexcept {
  if (bytes == 0) return fail(CSIMDJSON_ERROR_EMPTY, 0);
  if (bytes > CSIMDJSON_MAX_LENGTH) return fail(CSIMDJSON_ERROR_TOO_LONG, CSIMDJSON_MAX_LENGTH);
  length = uint32_t(bytes);
  if (bytes + simdjson::SIMDJSON_PADDING > text.capacity || bytes > stage1->capacity()) {
    size_t room = 4096;
    while (room < bytes) room *= 2;
    if (!text.reserve(room + simdjson::SIMDJSON_PADDING) ||
        stage1->set_capacity(room) != simdjson::SUCCESS) {
      return fail(CSIMDJSON_ERROR_NO_MEMORY, 0);
    }
  }
  std::memcpy(text.elements, source, bytes);
  std::memset(text.elements + bytes, ' ', simdjson::SIMDJSON_PADDING);
  has_escapes = std::memchr(text.elements, '\\', bytes) != nullptr;
  if (has_escapes && !unescaped.reserve(text.capacity)) {
    return fail(CSIMDJSON_ERROR_NO_MEMORY, 0);
  }
  return true;
}

bool csimdjson_parser::find_tokens() noexcept {
  const uint8_t *bytes = text.elements;
  switch (stage1->stage1(bytes, length, simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS: break;
    case simdjson::EMPTY: return fail(CSIMDJSON_ERROR_EMPTY, 0);
    case simdjson::UTF8_ERROR:
      return fail(CSIMDJSON_ERROR_UTF8, flatten::first_bad_utf8(bytes, length));
    case simdjson::UNESCAPED_CHARS:
      return fail(CSIMDJSON_ERROR_CONTROL_CHARACTER, flatten::first_bad_string_byte(bytes, length));
    case simdjson::UNCLOSED_STRING:
      return fail(CSIMDJSON_ERROR_UNCLOSED_STRING, flatten::first_bad_string_byte(bytes, length));
    default: return fail(CSIMDJSON_ERROR_EXPECTED_VALUE, 0);
  }
  // A token past the last one, on the padding, spares the loop its bounds checks.
  stage1->structural_indexes[stage1->n_structural_indexes] = length;
  token = stage1->structural_indexes.get();
  // Every node begins at a token of its own.
  size_t needed = stage1->n_structural_indexes;
  size_t room = nodes.capacity ? nodes.capacity : 256;
  while (room < needed) room *= 2;
  return nodes.reserve(room) || fail(CSIMDJSON_ERROR_NO_MEMORY, 0);
}

// The grammar, without recursion: a value, then as many closings as follow it.
bool csimdjson_parser::build() noexcept {
  node_count = 0;
  depth = 0;
  for (;;) {
    uint8_t byte = here();
    if (byte == '{' || byte == '[') {
      if (!open_container(byte == '{' ? CSIMDJSON_OBJECT : CSIMDJSON_ARRAY)) return false;
      if (here() != (byte == '{' ? '}' : ']')) {
        if (byte == '{' && !key()) return false;
        continue;
      }
      close_container();
    } else if (!scalar()) {
      return false;
    }
    for (;;) {
      if (depth == 0) return *token == length || fail(CSIMDJSON_ERROR_TRAILING, *token);
      csimdjson_node &container = nodes.elements[open_nodes[depth - 1]];
      container.count += 1;
      bool is_object = container.kind == CSIMDJSON_OBJECT;
      if (here() == ',') {
        token += 1;
        if (is_object && !key()) return false;
        break;
      }
      if (here() != (is_object ? '}' : ']')) return fail(CSIMDJSON_ERROR_EXPECTED_COMMA, *token);
      close_container();
    }
  }
}

bool csimdjson_parser::open_container(uint8_t kind) noexcept {
  if (depth == CSIMDJSON_MAX_DEPTH) return fail(CSIMDJSON_ERROR_TOO_DEEP, *token);
  open_nodes[depth++] = node_count;
  add(kind, *token, 0);
  token += 1;
  return true;
}

void csimdjson_parser::close_container() noexcept {
  csimdjson_node &node = nodes.elements[open_nodes[--depth]];
  node.length = *token + 1 - node.offset;
  node.next = node_count;
  token += 1;
}

bool csimdjson_parser::key() noexcept {
  if (here() != '"') return fail(CSIMDJSON_ERROR_EXPECTED_KEY, *token);
  if (!string()) return false;
  if (here() != ':') return fail(CSIMDJSON_ERROR_EXPECTED_COLON, *token);
  token += 1;
  return true;
}

bool csimdjson_parser::scalar() noexcept {
  switch (here()) {
    case '"': return string();
    case 't': return literal("true", 4, CSIMDJSON_TRUE);
    case 'f': return literal("false", 5, CSIMDJSON_FALSE);
    case 'n': return literal("null", 4, CSIMDJSON_NULL);
    default: return number();
  }
}

// The closing quote is the last byte before the next token that is not white space: nothing else
// can stand between, because everything else would be a token.
bool csimdjson_parser::string() noexcept {
  uint32_t start = token[0];
  uint32_t end = token[1] - 1;
  while (end > start && is_space(text.elements[end])) end -= 1;
  if (end == start || text.elements[end] != '"') {
    return fail(CSIMDJSON_ERROR_UNCLOSED_STRING, start);
  }
  csimdjson_node &node = add(CSIMDJSON_STRING, start, end + 1 - start);
  node.count = end - start - 1;
  token += 1;
  if (has_escapes && std::memchr(text.elements + start + 1, '\\', node.count)) {
    return unescape(node);
  }
  return true;
}

// Writes the string's meaning to the same offset of the other buffer: it is never longer.
bool csimdjson_parser::unescape(csimdjson_node &node) noexcept {
  const uint8_t *begin = text.elements + node.offset + 1;
  auto result = flatten::unescape(begin, begin + node.count, unescaped.elements + node.offset + 1);
  if (result.error != CSIMDJSON_OK) {
    return fail(result.error, uint32_t(result.place - text.elements));
  }
  node.count = uint32_t(result.length);
  node.flags = CSIMDJSON_FLAG_ESCAPED;
  return true;
}

bool csimdjson_parser::number() noexcept {
  uint32_t start = *token;
  const uint8_t *begin = text.elements + start;
  const uint8_t *at = begin;
  bool is_integer = true;
  if (*at == '-') at += 1;
  if (!is_digit(*at)) {
    return fail(at == begin ? CSIMDJSON_ERROR_EXPECTED_VALUE : CSIMDJSON_ERROR_NUMBER, start);
  }
  if (*at == '0') {
    at += 1;
  } else {
    while (is_digit(*at)) at += 1;
  }
  if (*at == '.') {
    is_integer = false;
    at += 1;
    if (!is_digit(*at)) return fail(CSIMDJSON_ERROR_NUMBER, start);
    while (is_digit(*at)) at += 1;
  }
  if (*at == 'e' || *at == 'E') {
    is_integer = false;
    at += 1;
    if (*at == '+' || *at == '-') at += 1;
    if (!is_digit(*at)) return fail(CSIMDJSON_ERROR_NUMBER, start);
    while (is_digit(*at)) at += 1;
  }
  if (!ends_scalar(*at)) return fail(CSIMDJSON_ERROR_NUMBER, start);
  add(CSIMDJSON_NUMBER, start, uint32_t(at - begin)).flags =
      is_integer ? CSIMDJSON_FLAG_INTEGER : 0;
  token += 1;
  return true;
}

bool csimdjson_parser::literal(const char *word, uint32_t bytes, uint8_t kind) noexcept {
  const uint8_t *at = text.elements + *token;
  if (std::memcmp(at, word, bytes) != 0 || !ends_scalar(at[bytes])) {
    return fail(CSIMDJSON_ERROR_EXPECTED_VALUE, *token);
  }
  add(kind, *token, bytes);
  token += 1;
  return true;
}

csimdjson_parser *csimdjson_parser_create(void) {
  std::unique_ptr<csimdjson_parser> parser(new (std::nothrow) csimdjson_parser());
  if (!parser) return nullptr;
  auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
      0, CSIMDJSON_MAX_DEPTH, parser->stage1);
  return error == simdjson::SUCCESS ? parser.release() : nullptr;
}

void csimdjson_parser_free(csimdjson_parser *parser) { delete parser; }

const csimdjson_document *csimdjson_parse(
    csimdjson_parser *parser, const void *text, size_t length) {
  return parser->parse(text, length);
}
