#pragma once

#include <nlohmann/json.hpp>

#include "plan/timeline.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// What a deployment that went well took; absent for one that says nothing about the next. Pure.
std::optional<plan::past_deployment> past_of(const model::deployment& ended);

// Writes "expected" and "begins" into each step of `preview`, and "expected" and "measured_deployments" into itself
// (wire/plan.hpp). Errors: of the store.
task<result<void>> add_timeline(rollout& r, plan::rolling_plan plan, nlohmann::json& preview);

}  // namespace leadsman::runner
