#pragma once

#include <string>
#include <string_view>

namespace leadsman::action {

// What the scripts call, with the words of the line; it answers as write_answer says.
inline constexpr std::string_view k_complete_command = "__complete";

// A script for bash, zsh or fish that completes `leadsman`.
std::string completion_script(std::string_view shell);

}  // namespace leadsman::action
