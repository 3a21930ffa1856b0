#include "runner/gate/measured.hpp"

#include "flow/past.hpp"
#include "runner/canary/examine.hpp"
#include "runner/canary/route_io.hpp"
#include "runner/gate/examine.hpp"
#include "runner/gate/source.hpp"
#include "runner/gate/subjects.hpp"

namespace leadsman::runner {

namespace reason = model::reason;

namespace {

measured_services services_of(const rollout& r) {
  if (r.now().steps.back().weight) return {examined_canary(r).service, router_of(r).service};
  return only_service(detail_of_last(r, model::step_kind::preflight).value(k_measured_service, ""));
}

std::vector<model::gate> gates_now(const rollout& r) {
  const auto weight = r.now().steps.back().weight;
  if (!weight) return gates_after_upgrade(r);
  const model::canary_step* step = model::step_of(*r.request.canary, *weight);
  return step ? step->gates : std::vector<model::gate>{};
}

}  // namespace

measuring_task measuring_of(rollout& r) {
  measuring_task about;
  about.gates = gates_now(r);
  about.subjects = [&r, services = services_of(r)](bool with_pods) { return find_subjects(*r.target.api, r.release(), services, with_pods); };
  if (metric_source_of(r)) about.call = ask_source_of(r);
  if (const auto* upgraded = flow::find_step(r.now().steps, model::step_kind::upgrade)) about.before = upgraded->started_at;
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

}  // namespace leadsman::runner
