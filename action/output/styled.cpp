#include "action/output/styled.hpp"

#include "action/output/clean.hpp"
#include "action/output/utf8.hpp"

namespace leadsman::action {

span::span(style look, std::string_view raw) : look_(look), text_(clean_line(raw)) {}

void span::cut(size_t columns) {
  if (columns_of(text_) <= columns) return;
  if (columns == 0) return text_.clear();
  text_ = std::string(fit_columns(text_, columns - 1)) + "…";
}

namespace {

std::string_view sequence_of(style look) {
  switch (look) {
    case style::plain: return "";
    case style::bold: return "\x1b[1m";
    case style::dim: return "\x1b[2m";
    case style::good:
    case style::added: return "\x1b[32m";
    case style::bad: return "\x1b[1;31m";
    case style::removed: return "\x1b[31m";
    case style::warn: return "\x1b[33m";
    case style::accent: return "\x1b[36m";
  }
  return "";
}

}  // namespace

std::string plain_text(const styled_line& line) { return paint(line, false); }

std::string paint(const styled_line& line, bool color) {
  std::string out;
  for (const span& piece : line) {
    const std::string_view sequence = color ? sequence_of(piece.look()) : "";
    out += sequence;
    out += piece.text();
    if (!sequence.empty()) out += "\x1b[0m";
  }
  return out;
}

size_t columns_of(const styled_line& line) {
  size_t columns = 0;
  for (const span& piece : line) columns += columns_of(piece.text());
  return columns;
}

styled_line clip(styled_line line, size_t columns) {
  size_t used = 0;
  for (auto piece = line.begin(); piece != line.end(); ++piece) {
    const size_t wants = columns_of(piece->text());
    if (used + wants > columns) {
      piece->cut(columns - used);
      line.erase(piece + 1, line.end());
      break;
    }
    used += wants;
  }
  return line;
}

}  // namespace leadsman::action
