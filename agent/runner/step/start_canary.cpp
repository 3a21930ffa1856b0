#include "runner/canary/entry.hpp"
#include "runner/canary/weight.hpp"
#include "runner/persist.hpp"
#include "runner/step/steps.hpp"
#include "runner/upgrade_run.hpp"

namespace leadsman::runner {

// The chart as a second release beside the first, without traffic; the ledger knows of it first. One that is there and in no
// ledger (of an older agent, or because somebody removed that) loses its traffic before its pods are replaced.
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
  const ask<void> noting = [&r] { return note_canary(r, 0); };
  const auto noted = co_await persist(r, "ledger", noting);
  if (!noted && r.interrupted()) co_return fail(noted.error());
  if (!noted) co_return step_result{flow::outcome::untouched, std::string(model::reason::k_canary_failed), "the canary could not be entered in the ledger: " + noted.error().message};
  LEADSMAN_CO_TRY(const step_result came, co_await run_upgrade(r, side::canary, resumed));
  if (came.outcome == flow::outcome::untouched && before.revision == 0) LEADSMAN_CO_CHECK(co_await strike_out_canary(r));
  co_return came;
}

}  // namespace leadsman::runner
