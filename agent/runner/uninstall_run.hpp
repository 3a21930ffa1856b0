#pragma once

#include "runner/side.hpp"

namespace leadsman::runner {

// helm uninstall of one side, waited for; a release that is not there is removed already.
task<result<step_result>> run_uninstall(rollout& r, side which, bool resumed);

}  // namespace leadsman::runner
