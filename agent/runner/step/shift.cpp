#include "runner/canary/replicas.hpp"
#include "runner/canary/scale.hpp"
#include "runner/canary/weight.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

// First enough pods for the weight, then the weight.
task<result<step_result>> shift(rollout& r, bool) {
  const int weight = r.now().steps.back().weight.value_or(0);
  LEADSMAN_CO_TRY(const auto not_enough, co_await be_enough(r, weight));
  if (not_enough) co_return *not_enough;
  LEADSMAN_CO_CHECK(co_await record_replicas(r));
  co_return co_await lead_traffic(r, weight);
}

}  // namespace leadsman::runner
