#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadsman::action {

// One of the user's choices (spec::choice_names), as a flag and as an input of the action.
struct policy_flag {
  std::string name;         // "on-failure"
  std::string fallback;     // "rollback"
  bool is_switch = false;   // true or false
  std::string_view meaning;
  std::vector<std::string> words;  // what is allowed; empty: a number or a time
};

std::vector<policy_flag> policy_flags();

}  // namespace leadsman::action
