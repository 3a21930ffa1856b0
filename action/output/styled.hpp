#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace leadsman::action {

enum class style { plain, bold, dim, good, bad, warn, accent, added, removed };

// A piece of one line. Its text is cleaned here, once and for all: whatever is made of spans is safe to show.
class span {
 public:
  span(style look, std::string_view raw);
  style look() const { return look_; }
  const std::string& text() const { return text_; }
  void cut(size_t columns);  // to at most so many, with "…"

  friend bool operator==(const span&, const span&) = default;

 private:
  style look_;
  std::string text_;
};

using styled_line = std::vector<span>;

std::string plain_text(const styled_line& line);
std::string paint(const styled_line& line, bool color);  // with SGR sequences, each reset at its end
size_t columns_of(const styled_line& line);
styled_line clip(styled_line line, size_t columns);

}  // namespace leadsman::action
