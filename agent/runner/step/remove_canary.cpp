#include "runner/canary/entry.hpp"
#include "runner/step/steps.hpp"
#include "runner/uninstall_run.hpp"

namespace leadsman::runner {

// Traffic is home: nothing leads to the canary any more.
task<result<step_result>> remove_canary(rollout& r, bool resumed) {
  LEADSMAN_CO_TRY(auto came, co_await run_uninstall(r, side::canary, resumed));
  if (came.outcome != flow::outcome::done) co_return came;
  LEADSMAN_CO_CHECK(co_await strike_out_canary(r));
  came.message = "the release " + release_of(r, side::canary).name + " was removed";
  co_return came;
}

}  // namespace leadsman::runner
