#include "action/output/clean.hpp"

#include "action/output/utf8.hpp"

namespace leadsman::action {

namespace {

constexpr std::string_view k_replacement = "\xEF\xBF\xBD";
constexpr char k_escape = '\x1b';

// The length of the escape sequence at the start of `text` (ECMA-48): CSI ... final byte, OSC and other strings up to
// their end, or two characters.
size_t escape_length(std::string_view text) {
  if (text.size() < 2) return text.size();
  const char kind = text[1];
  size_t at = 2;
  if (kind == '[') {
    while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x3F) ++at;
    return at < text.size() && text[at] >= 0x40 && text[at] <= 0x7E ? at + 1 : at;
  }
  if (kind == ']' || kind == 'P' || kind == 'X' || kind == '^' || kind == '_') {
    for (; at < text.size(); ++at) {
      if (text[at] == '\a') return at + 1;
      if (text[at] == k_escape) return std::min(at + 2, text.size());
      if (text[at] == '\n' || text[at] == '\r') return at;  // never ended: what follows is not swallowed
    }
    return at;
  }
  return kind >= 0x20 && kind <= 0x7E ? 2 : 1;
}

bool is_harmful(uint32_t point) {
  const bool control = point < 0x20 || (point >= 0x7F && point <= 0x9F);
  const bool line_end = point == 0x2028 || point == 0x2029;
  const bool direction = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
  return control || line_end || direction;
}

}  // namespace

std::string clean_line(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    const char c = raw.front();
    if (c == k_escape) {
      raw.remove_prefix(escape_length(raw));
      continue;
    }
    const decoded next = decode_utf8(raw);
    if (c == '\t') out += "  ";
    else if (c == '\n' || c == '\r') out += ' ';
    else if (!next.valid || is_harmful(next.point)) out += k_replacement;
    else out += raw.substr(0, next.bytes);
    raw.remove_prefix(next.bytes);
  }
  return out;
}

std::vector<std::string> clean_lines(std::string_view raw) {
  std::vector<std::string> lines;
  while (!raw.empty()) {
    const size_t end = raw.find_first_of("\r\n");
    lines.push_back(clean_line(raw.substr(0, end)));
    if (end == std::string_view::npos) break;
    const bool pair = raw.substr(end).starts_with("\r\n");
    raw.remove_prefix(end + (pair ? 2 : 1));
  }
  return lines;
}

}  // namespace leadsman::action
