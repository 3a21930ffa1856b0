#include "http/json_body.hpp"

#include <algorithm>

#include "document/reader.hpp"

namespace leadsman::http {

namespace {

constexpr int k_deepest = 64;

// Counts brackets outside of strings. A million of them cost the parser fifty times their bytes.
bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') ++i;
    else if (c == '"') in_string = !in_string;
    else if (!in_string && (c == '[' || c == '{') && ++depth > k_deepest) return true;
    else if (!in_string && (c == ']' || c == '}')) --depth;
  }
  return false;
}

}  // namespace

result<nlohmann::json> read_json(const request& in) {
  if (in.body.empty()) return nlohmann::json::object();
  if (is_too_deep(in.body)) {
    return fail(errc::invalid_input, "the body is nested deeper than " + std::to_string(k_deepest) + " levels");
  }
  return document::parse_json(in.body, "the body");
}

}  // namespace leadsman::http
