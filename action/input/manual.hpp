#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "action/exit_code.hpp"
#include "usage/page.hpp"

namespace leadsman::action {

// What a command's page says beside its options, which CLI11 knows.
struct manual {
  std::string_view command;  // "key generate"; empty: the program itself
  std::string_view brief;
  std::vector<std::string> about;  // paragraphs
  std::vector<usage::example> examples;
  std::vector<exit_code> ends;
};

const manual& manual_of(std::string_view command);
std::span<const manual> manuals();

// Titles of options that have an introduction.
inline constexpr const char* k_connection = "Connection";
inline constexpr const char* k_embedded = "Without an agent's address";
inline constexpr const char* k_choices = "Choices";
std::string_view introduction_of(std::string_view title);  // may be empty

std::span<const usage::entry> environment_variables();

}  // namespace leadsman::action
