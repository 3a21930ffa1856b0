#include "runner/canary/foreign_edit.hpp"
#include "runner/helm_call.hpp"
#include "runner/persist.hpp"
#include "runner/release_reader.hpp"
#include "runner/step/steps.hpp"
#include "runner/test_run.hpp"

namespace leadsman::runner {

// helm test of the canary's release: its tests reach the canary, since they are its own. What they say is about the
// weight that was set: whether it still was is looked at afterwards.
task<result<step_result>> test_canary(rollout& r, bool resumed) {
  if (resumed) {
    const nlohmann::json intent = intent_of(r);
    co_await wait_until_dead(intent);
  }
  const ask<std::vector<plan::observed_revision>> reading = [&r] { return read_history(*r.target.api, release_of(r, side::canary)); };
  LEADSMAN_CO_TRY(const auto history, co_await persist(r, "release", reading));
  if (history.empty()) {
    co_return step_result{flow::outcome::failed, std::string(model::reason::k_canary_failed), "the canary's release is gone: somebody removed it"};
  }
  LEADSMAN_CO_TRY(step_result came, co_await run_helm_test(r, side::canary, history.back().revision));
  if (came.outcome != flow::outcome::done || r.asked_to_stop()) co_return came;
  LEADSMAN_CO_TRY(const auto edited, co_await look_for_foreign_edit(r));
  co_return edited ? *edited : came;
}

}  // namespace leadsman::runner
