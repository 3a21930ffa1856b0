#include "runner/helm_call.hpp"
#include "runner/step/steps.hpp"
#include "runner/test_run.hpp"

namespace leadsman::runner {

// helm test of the revision that was just deployed. After a restart the tests are simply run again.
task<result<step_result>> run_tests(rollout& r, bool resumed) {
  if (resumed) {
    const nlohmann::json intent = intent_of(r);
    co_await wait_until_dead(intent);
  }
  co_return co_await run_helm_test(r, side::stable, r.now().state.revision.value_or(0));
}

}  // namespace leadsman::runner
