#include "action/output/painter.hpp"

#include <algorithm>

namespace leadsman::action {

namespace {

constexpr std::string_view k_hide_cursor = "\x1b[?25l";
constexpr std::string_view k_show_cursor = "\x1b[?25h";

}  // namespace

// A terminal that became narrower has wrapped the lines of the old block, so that it takes more rows than it has lines.
std::string painter::erase(terminal_size size) const {
  size_t rows = 0;
  for (const styled_line& line : block_) {
    const size_t columns = std::max<size_t>(columns_of(line), 1);
    rows += (columns + size.columns - 1) / std::max<size_t>(size.columns, 1);
  }
  if (rows == 0) return "";
  return "\r\x1b[" + std::to_string(std::min(rows, size.rows)) + "A\x1b[J";
}

std::string painter::update(const std::vector<styled_line>& above, std::vector<styled_line> block, terminal_size size) {
  if (above.empty() && block == block_) return "";
  std::string out = erase(size);
  if (!cursor_hidden_ && !block.empty()) {
    out += k_hide_cursor;
    cursor_hidden_ = true;
  }
  for (const styled_line& line : above) out += paint(line, color_) + "\n";
  for (const styled_line& line : block) out += paint(line, color_) + "\n";
  block_ = std::move(block);
  return out;
}

std::string painter::finish(terminal_size size) {
  std::string out = erase(size);
  if (cursor_hidden_) out += k_show_cursor;
  block_.clear();
  cursor_hidden_ = false;
  return out;
}

}  // namespace leadsman::action
