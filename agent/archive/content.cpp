#include "archive/content.hpp"

#include "base/text.hpp"

namespace leadsman::archive {

namespace {

constexpr size_t k_longest_path = 1000;

// The length of the UTF-8 sequence at the start of `text`; 0 when there is none. Overlong forms and
// surrogates do not count.
size_t utf8_length(std::string_view text) {
  const auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) {
      if ((at(i) & 0xC0) != 0x80) return false;
    }
    return true;
  };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1, 2) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool excluded = (first == 0xE0 && at(1) < 0xA0) || (first == 0xED && at(1) > 0x9F);
    return !excluded && follows(1, 3) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool excluded = (first == 0xF0 && at(1) < 0x90) || (first == 0xF4 && at(1) > 0x8F);
    return !excluded && follows(1, 4) ? 4 : 0;
  }
  return 0;
}

bool is_clean_text(std::string_view text) {
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0 || first < 0x20 || first == 0x7F) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 120)) out += c >= 0x20 && c < 0x7F ? c : '?';
  return text.size() > 120 ? out + "…" : out;
}

result<void> check_path(std::string_view path) {
  const auto refuse = [&](const char* why) {
    return fail(errc::invalid_input, "the file name '" + printable(path) + "' " + why, printable(path));
  };
  if (path.empty()) return refuse("is empty");
  if (path.size() > k_longest_path) return refuse("is longer than 1,000 bytes");
  if (!is_clean_text(path)) return refuse("has control characters or is not UTF-8");
  if (path.front() == '/') return refuse("is absolute; only names inside the archive are allowed");
  if (path.find('\\') != std::string_view::npos)
    return refuse("has a backslash, which some systems take for a folder");
  for (const std::string_view part : split(path, '/')) {
    if (part == "..") return refuse("climbs out of the archive with '..'");
    if (part.empty() || part == ".") return refuse("has an empty or '.' part");
  }
  return {};
}

}  // namespace leadsman::archive
