#pragma once

#include <cstdint>
#include <string_view>

namespace leadsman::action {

struct decoded {
  uint32_t point = 0xFFFD;
  size_t bytes = 1;
  bool valid = false;
};

// The first character of `text`, which is not empty. An invalid byte is one U+FFFD.
decoded decode_utf8(std::string_view text);

// Columns on a terminal: 0 for combining marks, 2 for East Asian wide characters and emoji, else 1.
int columns_of(uint32_t point);
size_t columns_of(std::string_view text);

// The longest prefix of whole characters that fits.
std::string_view fit_columns(std::string_view text, size_t columns);

}  // namespace leadsman::action
