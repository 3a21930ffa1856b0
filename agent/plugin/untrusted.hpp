#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace leadsman::plugin {

// A plugin's own text as it may stand in a message of ours: one line, no control characters, whole UTF-8, at most so many
// bytes.
std::string untrusted(std::string_view text, size_t limit = 300);

// The same in single quotes, short.
std::string in_quotes(std::string_view text);

// JSON in one line, whatever bytes its texts hold.
std::string to_text(const nlohmann::json& value);

}  // namespace leadsman::plugin
