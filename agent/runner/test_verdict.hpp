#pragma once

#include <vector>

#include "base/clock.hpp"
#include "helm/release.hpp"
#include "helm/runner.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// How `helm test` went: `tests` are the revision's, as helm recorded them after it `ran`. Only those that started at
// `began` or later count, since helm says success when none ran at all.
step_result judge_tests(const std::vector<helm::hook>& tests, const helm::outcome& ran, wall_time began);

}  // namespace leadsman::runner
