// The yardstick: simdjson as its authors mean it to be used, and every value touched.

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <cstring>

#include "CSimdJSON.h"

namespace {

uint64_t touch(simdjson::dom::element element) noexcept {
  using simdjson::dom::element_type;
  uint64_t sum = 1;
  switch (element.type()) {
    case element_type::ARRAY:
      for (auto child : simdjson::dom::array(element.get_array().value_unsafe())) {
        sum += touch(child);
      }
      return sum;
    case element_type::OBJECT:
      for (auto member : simdjson::dom::object(element.get_object().value_unsafe())) {
        sum += member.key.size() + touch(member.value);
      }
      return sum;
    case element_type::STRING: {
      auto text = element.get_string().value_unsafe();
      return sum + text.size() + (text.empty() ? 0 : uint8_t(text[0]));
    }
    case element_type::DOUBLE: {
      double value = element.get_double().value_unsafe();
      uint64_t bits;
      std::memcpy(&bits, &value, sizeof bits);
      return sum + bits;
    }
    case element_type::INT64: return sum + uint64_t(element.get_int64().value_unsafe());
    case element_type::UINT64: return sum + element.get_uint64().value_unsafe();
    case element_type::BOOL: return sum + element.get_bool().value_unsafe();
    case element_type::NULL_VALUE: return sum;
  }
  return sum;
}

}  // namespace

uint64_t csimdjson_bare_parse_touch(const void *text, size_t length) {
  // Made once per thread and kept, as a program that parses many texts would.
  thread_local simdjson::dom::parser parser;
  auto result = parser.parse(static_cast<const uint8_t *>(text), length, true);
  simdjson::dom::element element;
  if (result.get(element) != simdjson::SUCCESS) return 0;
  uint64_t sum = touch(element);
  return sum == 0 ? 1 : sum;
}
