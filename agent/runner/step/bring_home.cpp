#include "runner/canary/weight.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

task<result<step_result>> bring_home(rollout& r, bool) { co_return co_await release_route(r); }

}  // namespace leadsman::runner
