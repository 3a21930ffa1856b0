#include "plugin/kind.hpp"

#include "base/text.hpp"

namespace leadsman::plugin {

std::string_view to_string(kind which) { return model::word_of(k_kinds, which); }

std::optional<kind> parse_kind(std::string_view word) { return model::value_of(k_kinds, word); }

std::string to_string(const std::vector<kind>& which) {
  std::vector<std::string> words;
  for (const kind each : which) words.emplace_back(to_string(each));
  return join(words, ", ");
}

}  // namespace leadsman::plugin
