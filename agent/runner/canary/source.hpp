#pragma once

#include "analysis/subjects.hpp"
#include "runner/gate/measure.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// Whom questions about the two sides of a canary are about.
analysis::subjects subjects_of(const rollout& r);

// Asks the plugin that the user named below `metrics`, which has to be there.
metric_call source_of_numbers(rollout& r);

}  // namespace leadsman::runner
