#include "usage/wrap.hpp"

#include "base/text.hpp"

namespace leadsman::usage {

std::vector<std::string> wrap(std::string_view text, size_t columns) {
  std::vector<std::string> lines;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    if (lines.empty() || lines.back().size() + 1 + word.size() > columns) lines.emplace_back(word);
    else lines.back().append(" ").append(word);
  }
  return lines;
}

}  // namespace leadsman::usage
