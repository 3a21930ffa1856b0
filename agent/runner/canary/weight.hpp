#pragma once

#include <string>
#include <vector>

#include "runner/canary/route_io.hpp"

namespace leadsman::runner {

// Gives the canary a weight in percent, and the matches of its step: what is so already is left alone. Returns when that is
// in effect, as far as it is known; each stage is told. The routes as they were before the first change are saved before it.
task<result<step_result>> lead_traffic(rollout& r, int weight);

// All traffic to stable and no match left behind; then the routes are as they were before the first change, but for what
// others have changed in them. A route that is gone leads nobody to the canary.
task<result<step_result>> release_route(rollout& r);

// The weight that the rollout has set last; 0 before the first.
int weight_set(const rollout& r);

// Whether the route says what weight_set says; with no step under way that changes it, else is somebody else's doing.
bool is_as_set(const rollout& r, const route& seen);

}  // namespace leadsman::runner
