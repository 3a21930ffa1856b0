#include "runner/helm_call.hpp"
#include "runner/step/steps.hpp"
#include "runner/test_run.hpp"
#include "runner/upgrade_run.hpp"

namespace leadsman::runner {

// helm test of the canary's release: its tests reach the canary, since they are its own.
task<result<step_result>> test_canary(rollout& r, bool resumed) {
  if (resumed) {
    const nlohmann::json intent = intent_of(r);
    co_await wait_until_dead(intent);
  }
  LEADSMAN_CO_TRY(const auto newest, co_await newest_revision(r, side::canary));
  if (newest.revision == 0) {
    co_return step_result{flow::outcome::failed, std::string(model::reason::k_canary_failed), "the canary's release is gone: somebody removed it"};
  }
  co_return co_await run_helm_test(r, side::canary, newest.revision);
}

}  // namespace leadsman::runner
