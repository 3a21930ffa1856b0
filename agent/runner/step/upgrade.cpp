#include "runner/step/steps.hpp"
#include "runner/upgrade_run.hpp"

namespace leadsman::runner {

task<result<step_result>> upgrade(rollout& r, bool resumed) { co_return co_await run_upgrade(r, side::stable, resumed); }

}  // namespace leadsman::runner
