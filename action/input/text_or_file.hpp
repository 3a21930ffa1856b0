#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::action {

// A whole file. `what` names the input in messages. Errors: not_found, invalid_input (a folder, too large, unreadable).
result<std::string> read_file(const std::string& path, std::string_view what, size_t limit = 4 * 1024 * 1024);

// What may be given as a text or as a file with that text: a text holds `mark`, anything else is a path.
result<std::string> text_or_file(const std::string& given, std::string_view mark, std::string_view what);

}  // namespace leadsman::action
