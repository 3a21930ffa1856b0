#pragma once

#include <string>
#include <variant>
#include <vector>

#include "action/arguments.hpp"
#include "action/exit_code.hpp"

namespace leadsman::action {

// Nothing is left to do but to say this: help, the version, or what was wrong.
struct parting_words {
  exit_code code = exit_code::succeeded;
  std::string text;  // to stdout when all is well, else to stderr
};

// `words` without the program's own name; help is wrapped to so many columns.
std::variant<arguments, parting_words> parse_command_line(std::vector<std::string> words, size_t columns = 80);

}  // namespace leadsman::action
