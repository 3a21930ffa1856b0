#pragma once

#include <optional>

#include "runner/rollout.hpp"

namespace leadsman::runner {

// Whether somebody else has changed the weight or the matches, and what the user wants done about it: `revert` sets ours
// again and tells it, `pause` asks for a pause, `abort` is the returned end of the step. So is a router that does not answer.
task<result<std::optional<step_result>>> look_for_foreign_edit(rollout& r);

}  // namespace leadsman::runner
