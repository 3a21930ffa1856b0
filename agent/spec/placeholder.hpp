#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman::spec {

inline constexpr const char* k_environment_name_rule =
    "at most 100 letters, digits, spaces, '-', '_' and '.', beginning with a letter or digit";

// What GitHub calls an environment, as far as it can be part of a file name.
bool is_environment_name(std::string_view name);

bool has_placeholder(std::string_view text);  // "{environment}"

// Errors: invalid_input for any other {word}.
result<void> check_placeholder(std::string_view text);

// Puts the environment in. Errors: invalid_input (as above, or there is no environment to put in).
result<std::string> fill_placeholder(std::string_view text, std::string_view environment);

}  // namespace leadsman::spec
