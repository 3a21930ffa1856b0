#include "flow/past.hpp"
#include "runner/canary/examine.hpp"
#include "runner/canary/foreign_edit.hpp"
#include "runner/canary/route_io.hpp"
#include "runner/gate/examine.hpp"
#include "runner/gate/source.hpp"
#include "runner/gate/subjects.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;
namespace reason = model::reason;

namespace {

measured_services services_of(const rollout& r) {
  if (r.now().steps.back().weight) return {examined_canary(r).service, router_of(r).service};
  const std::string service = detail_of_last(r, model::step_kind::preflight).value(k_measured_service, "");
  return {service, service};
}

std::vector<model::gate> gates_now(const rollout& r) {
  const auto weight = r.now().steps.back().weight;
  if (!weight) return gates_after_upgrade(r);
  const model::canary_step* step = model::step_of(*r.request.canary, *weight);
  return step ? step->gates : std::vector<model::gate>{};
}

measuring_task task_of(rollout& r) {
  measuring_task about;
  about.gates = gates_now(r);
  about.subjects = [&r, services = services_of(r)](bool with_pods) { return find_subjects(*r.target.api, r.release(), services, with_pods); };
  about.call = ask_source_of(r);
  if (const auto* upgraded = flow::find_step(r.now().steps, model::step_kind::upgrade)) about.before = upgraded->started_at;
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

// Measures what the gates of this weight ask for, or those after the upgrade. Only a number that is good passes: none at all does not.
task<result<step_result>> analyze(rollout& r, bool) {
  measuring_task about = task_of(r);
  LEADSMAN_CO_TRY(const wire::analysis_verdict came, co_await measure(r.changed, std::move(about)));
  if (came.verdict == model::verdict::measuring && r.interrupted()) co_return fail(errc::canceled, "interrupted while it was measured");
  LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::verdict, came.message, json(came)));
  const bool has_route = r.now().steps.back().weight.has_value();
  if (!has_route || came.verdict != model::verdict::passed || r.asked_to_stop()) co_return judged(came);
  LEADSMAN_CO_TRY(const auto edited, co_await look_for_foreign_edit(r));
  co_return edited ? *edited : judged(came);
}

}  // namespace leadsman::runner
