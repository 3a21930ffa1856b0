#pragma once

#include <functional>

#include "runner/rollout.hpp"

namespace leadsman::runner {

// What helm is given while it runs for a step: its queue is told to the followers, its identity is journaled in the
// step's intent before it is waited for.
helm::observer journaling_observer(rollout& r);

// Whether the helm of an earlier attempt of this step, as its intent tells, may still be at work. It dies with its agent,
// so this ends by itself in a moment.
task<void> wait_until_dead(const nlohmann::json& intent);

// Runs `call` beside a watch on r.changed: helm is ended (SIGTERM, if it can take one) as soon as `stop` says so, and in
// any case (SIGKILL) when the lease is lost.
task<result<helm::outcome>> run_stoppable(rollout& r, std::function<task<result<helm::outcome>>()> call, std::function<bool()> stop);

}  // namespace leadsman::runner
