#include "runner/canary/entry.hpp"
#include "runner/canary/weight.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

task<result<step_result>> bring_home(rollout& r, bool) {
  LEADSMAN_CO_TRY(step_result came, co_await release_route(r));
  if (came.outcome == flow::outcome::done) LEADSMAN_CO_CHECK(co_await note_at_home(r));
  co_return came;
}

}  // namespace leadsman::runner
