#pragma once

#include <vector>

#include "helm/release.hpp"
#include "helm/runner.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// How `helm test` went: `tests` are the revision's, as helm recorded them after it `ran`, and `before` as it had recorded
// them until then. Only those that have run since count: helm says success when none ran at all.
step_result judge_tests(const std::vector<helm::hook>& before, const std::vector<helm::hook>& tests, const helm::outcome& ran);

}  // namespace leadsman::runner
