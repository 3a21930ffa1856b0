#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadsman::usage {

// Lines of at most `columns` bytes, broken at blanks. A longer word is a line by itself.
std::vector<std::string> wrap(std::string_view text, size_t columns);

}  // namespace leadsman::usage
