#include "runner/canary/weight.hpp"
#include "runner/step/steps.hpp"
#include "runner/upgrade_run.hpp"

namespace leadsman::runner {

// The chart as a second release beside the first, without traffic. One that an earlier rollout has left loses its traffic
// before its pods are replaced.
task<result<step_result>> start_canary(rollout& r, bool resumed) {
  LEADSMAN_CO_TRY(const auto before, co_await newest_revision(r, side::canary));
  const bool begun = intent_of(r).contains("base");  // its pods may be on their way, and it has no traffic since
  if (before.revision > 0 && !begun) {
    LEADSMAN_CO_TRY(auto home, co_await release_route(r));
    if (home.outcome != flow::outcome::done) {
      home.outcome = flow::outcome::untouched;
      co_return home;
    }
  }
  co_return co_await run_upgrade(r, side::canary, resumed);
}

}  // namespace leadsman::runner
