#include "runner/canary/examine.hpp"
#include "runner/canary/foreign_edit.hpp"
#include "runner/canary/route_io.hpp"
#include "runner/gate/measure.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;
namespace reason = model::reason;

namespace {

analysis::subjects subjects_of(const rollout& r) {
  analysis::subjects who;
  who.canary.service = examined_canary(r).service;
  who.stable.service = router_of(r).service;
  who.name_space = r.release().name_space;
  who.release = r.release().name;
  return who;
}

measuring_task task_of(rollout& r) {
  const model::canary& canary = *r.request.canary;
  measuring_task about;
  if (const model::canary_step* step = model::step_of(canary, r.now().steps.back().weight.value_or(0))) about.gates = step->gates;
  about.subjects = [&r] { return subjects_of(r); };
  about.config = json::parse(canary.metrics->config);
  about.call = [&r, plugin = canary.metrics->plugin](std::string method, json params) {
    return r.shared.plugins.call(plugin::kind::metric, plugin, std::move(method), std::move(params));
  };
  about.stop = [&r] { return r.asked_to_leave() || r.interrupted(); };
  about.tell = [&r](wire::measurement seen) {
    std::string message = seen.message;
    return r.log.tell(event_kind::measurement, std::move(message), json(seen));
  };
  return about;
}

step_result judged(const wire::analysis_verdict& came) {
  switch (came.verdict) {
    case model::verdict::passed: return {flow::outcome::done, "", came.message};
    case model::verdict::measuring: return {flow::outcome::done, "", "stopped before the gates had a verdict"};
    case model::verdict::failed: return {flow::outcome::failed, std::string(reason::k_metrics_failed), came.message};
    case model::verdict::inconclusive: return {flow::outcome::failed, std::string(reason::k_metrics_inconclusive), came.message};
    case model::verdict::error: break;
  }
  return {flow::outcome::failed, std::string(reason::k_metrics_unavailable), came.message};
}

}  // namespace

// Measures what the gates of this weight ask for. Only a number that is good passes: none at all does not.
task<result<step_result>> analyze(rollout& r, bool) {
  measuring_task about = task_of(r);
  LEADSMAN_CO_TRY(const wire::analysis_verdict came, co_await measure(r.changed, std::move(about)));
  if (came.verdict == model::verdict::measuring && r.interrupted()) co_return fail(errc::canceled, "interrupted while it was measured");
  LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::verdict, came.message, json(came)));
  if (came.verdict != model::verdict::passed || r.asked_to_stop()) co_return judged(came);
  LEADSMAN_CO_TRY(const auto edited, co_await look_for_foreign_edit(r));
  co_return edited ? *edited : judged(came);
}

}  // namespace leadsman::runner
