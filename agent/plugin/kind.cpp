#include "plugin/kind.hpp"

#include "base/text.hpp"

namespace leadsman::plugin {

std::string_view to_string(kind which) {
  for (const auto& [word, value] : k_kinds) {
    if (value == which) return word;
  }
  return "unknown";
}

std::optional<kind> parse_kind(std::string_view word) {
  for (const auto& [name, value] : k_kinds) {
    if (name == word) return value;
  }
  return std::nullopt;
}

std::string to_string(const std::vector<kind>& which) {
  std::vector<std::string> words;
  for (const kind each : which) words.emplace_back(to_string(each));
  return join(words, ", ");
}

}  // namespace leadsman::plugin
