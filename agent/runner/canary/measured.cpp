#include "runner/canary/measured.hpp"

#include "runner/canary/examine.hpp"
#include "runner/canary/route_io.hpp"

namespace leadsman::runner {

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

}  // namespace

measuring_task measuring_of(rollout& r) {
  const model::canary& canary = *r.request.canary;
  measuring_task about;
  if (const model::canary_step* step = model::step_of(canary, r.now().steps.back().weight.value_or(0))) about.gates = step->gates;
  about.subjects = [&r] { return subjects_of(r); };
  if (canary.metrics) about.config = json::parse(canary.metrics->config);
  about.call = [&r, plugin = canary.metrics ? canary.metrics->plugin : ""](std::string method, json params) {
    return r.shared.plugins.call(plugin::kind::metric, plugin, std::move(method), std::move(params));
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

}  // namespace leadsman::runner
