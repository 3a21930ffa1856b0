#pragma once

#include "runner/gate/measure.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// How the numbers of this canary's gates are asked for. Only of a canary that has a source of metrics.
measuring_task ask_source_of(rollout& r);

}  // namespace leadsman::runner
