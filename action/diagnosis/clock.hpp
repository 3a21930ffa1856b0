#pragma once

#include <optional>

#include "base/clock.hpp"
#include "wire/check.hpp"

namespace leadsman::action {

struct clock_sight {
  std::optional<wall_time> said;  // the agent's clock, by the Date of its answer
  wall_time asked{}, answered{};  // by ours
};

// Signatures are good for a minute (sign::k_default_skew), so both clocks have to agree that well. Absent when the answer
// had no date. Pure.
std::optional<wire::check> judge_clock(const clock_sight& seen);
bool is_clock_apart(const clock_sight& seen);

}  // namespace leadsman::action
