#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "wire/check.hpp"

namespace leadsman::action {

struct key_sight {
  result<std::optional<std::string>> key;  // the public half of the one that is given, if there is one
  bool needed = true;                      // not over a Unix socket
  std::optional<result<void>> answer{};    // of the agent to a signed request; absent: it was not asked
  bool clock_apart = false;                // then the agent could not judge the key
  std::string asked{};                     // what it was asked for: "deploy shop/web"
};

// Whether requests can be signed, and whether the agent knows the key and lets it do what is asked. Absent where there is
// nothing to judge. Pure.
std::optional<wire::check> judge_key(const key_sight& seen);

}  // namespace leadsman::action
