#include "flow/weights.hpp"
#include "runner/canary/replicas.hpp"
#include "runner/canary/scale.hpp"
#include "runner/canary/weight.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

namespace {

// That it fails is no news of the present weight: the next one asks for its pods again, and waits for them.
task<result<void>> prepare_next(rollout& r) {
  const auto next = flow::weight_ahead(*r.request.canary, r.now().steps);
  if (!next || are_recorded_for(r, *next)) co_return result<void>{};
  const auto scaled = co_await ask_for_pods(r, *next);
  if (!scaled && r.interrupted()) co_return fail(scaled.error());
  if (!scaled) LEADSMAN_CO_CHECK(co_await r.log.tell(model::event_kind::warning, "the pods for the next weight could not be asked for yet: " + scaled.error().message));
  co_return result<void>{};
}

}  // namespace

// First enough pods for the weight, then the weight, then the pods that the next one will need.
task<result<step_result>> shift(rollout& r, bool) {
  const int weight = r.now().steps.back().weight.value_or(0);
  LEADSMAN_CO_TRY(const auto not_enough, co_await be_enough(r, weight));
  if (not_enough) co_return *not_enough;
  LEADSMAN_CO_TRY(auto came, co_await lead_traffic(r, weight));
  if (came.outcome == flow::outcome::done && !r.asked_to_leave()) LEADSMAN_CO_CHECK(co_await prepare_next(r));
  co_return came;
}

}  // namespace leadsman::runner
