#include "runner/canary/entry.hpp"
#include "runner/canary/weight.hpp"
#include "runner/step/steps.hpp"
#include "runner/uninstall_run.hpp"

namespace leadsman::runner {

// What an earlier deployment has left: its traffic goes to stable, its route becomes what it was, then it is removed.
task<result<step_result>> clear_canary(rollout& r, bool resumed) {
  const model::canary_entry& left = *r.plan.left;
  LEADSMAN_CO_TRY(const step_result home, co_await release_route(r));
  if (home.outcome != flow::outcome::done) co_return home;
  LEADSMAN_CO_TRY(step_result came, co_await run_uninstall(r, side::canary, resumed));
  if (came.outcome != flow::outcome::done) co_return came;
  LEADSMAN_CO_CHECK(co_await strike_out_canary(r));
  came.message = "the canary " + release_of(r, side::canary).name + " that deployment " + left.deployment + " left was removed; all traffic is at stable";
  co_return came;
}

}  // namespace leadsman::runner
