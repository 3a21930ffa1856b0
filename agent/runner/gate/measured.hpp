#pragma once

#include "runner/gate/measure.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// What the gates of the step under way measure: those of its weight, or those after the upgrade. Nobody is told yet.
measuring_task measuring_of(rollout& r);

// What the verdict means for the step.
step_result judged(const wire::analysis_verdict& came);

}  // namespace leadsman::runner
