#pragma once

#include "runner/rollout.hpp"

namespace leadsman::runner {

// What the cluster's silence or a lost lease made of a step is no verdict about the step.
bool is_cut_off(const step_result& came);

// That of a helm which has ended: absent when it ended for reasons of its own.
std::optional<step_result> cut_off_of(const rollout& r, const result<helm::outcome>& ran);

// Takes the lease again, however long the API server is silent and whoever holds it. False: it went through other hands
// meanwhile, so that what the journal knows about the release is not true any more.
task<result<bool>> retake_lease(rollout& r);

// Performs a step, and takes it up again as a restarted agent would when it was cut off: `take(resumed)`.
task<result<step_result>> perform_until_judged(rollout& r, std::string name, bool resumed, std::function<task<result<step_result>>(bool)> take);

}  // namespace leadsman::runner
