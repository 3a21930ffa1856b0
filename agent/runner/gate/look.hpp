#pragma once

#include <string>

#include "analysis/judge.hpp"
#include "runner/gate/measure.hpp"

namespace leadsman::runner {

// One look at one metric, at both sides when they are compared: the questions one after another, each answered or not
// within the task's patience. Never fails: what went wrong is in the measurement.
// `query`, which outlives the call, is what was asked about the canary.
task<analysis::measurement> take_measurement(const measuring_task& about, const model::metric_gate& gate, std::string& query);

}  // namespace leadsman::runner
