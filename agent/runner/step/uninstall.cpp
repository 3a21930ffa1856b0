#include "runner/step/steps.hpp"
#include "runner/uninstall_run.hpp"

namespace leadsman::runner {

// Removes a first installation that failed, as helm's own rollback-on-failure does.
task<result<step_result>> uninstall(rollout& r, bool resumed) {
  LEADSMAN_CO_TRY(auto came, co_await run_uninstall(r, side::stable, resumed));
  if (came.outcome != flow::outcome::done) co_return came;
  // Also when an agent before us had it removed and died before it could say so.
  store::change what;
  what.state = r.now().state;
  what.state->revision.reset();
  LEADSMAN_CO_CHECK(co_await r.log.save(std::move(what)));
  co_return step_result{flow::outcome::done, "", "the failed first installation was removed"};
}

}  // namespace leadsman::runner
