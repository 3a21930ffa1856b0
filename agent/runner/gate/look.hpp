#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/judge.hpp"
#include "runner/gate/measure.hpp"

namespace leadsman::runner {

// One side of it, as it is now or was at some moment. `query` and `warnings` outlive the call.
task<analysis::look> look_at_side(const measuring_task& about, const model::metric_gate& gate, analysis::side which, std::optional<wall_time> at, std::vector<std::string>& warnings, std::string& query);

// One look at one metric, at both sides when they are compared: the questions one after another, each answered or not
// within the task's patience. Never fails: what went wrong is in the measurement.
// `query`, which outlives the call, is what was asked about the canary.
task<analysis::measurement> take_measurement(const measuring_task& about, const model::metric_gate& gate, std::string& query);

}  // namespace leadsman::runner
