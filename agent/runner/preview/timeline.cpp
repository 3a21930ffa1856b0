#include "runner/preview/timeline.hpp"

#include "runner/gate/examine.hpp"
#include "wire/plan.hpp"

namespace leadsman::runner {

using nlohmann::json;
using std::chrono::milliseconds;

namespace {

constexpr int k_looked_through = 20;  // deployments; most of them went well, as a rule

wire::expected_time told_time(const plan::expectation& e) {
  wire::expected_time out{e.least.count(), std::nullopt, e.by_hand, e.measured};
  if (e.most) out.most_ms = e.most->count();
  return out;
}

task<result<std::vector<plan::past_deployment>>> read_past(rollout& r) {
  store::list_filter filter;
  filter.release = r.release();
  filter.limit = k_looked_through;
  LEADSMAN_CO_TRY(const auto newest, co_await r.shared.store.list(std::move(filter)));
  std::vector<plan::past_deployment> past;
  for (const model::deployment& d : newest) {
    if (past.size() == plan::k_past_deployments) break;
    if (d.state.phase != model::phase::succeeded) continue;
    LEADSMAN_CO_TRY(const auto whole, co_await r.shared.store.find(d.id));
    if (!whole) continue;
    if (auto steps = past_of(*whole)) past.push_back(std::move(*steps));
  }
  co_return past;
}

}  // namespace

std::optional<plan::past_deployment> past_of(const model::deployment& ended) {
  if (ended.kind != model::request_kind::deploy || ended.state.phase != model::phase::succeeded) return std::nullopt;
  plan::past_deployment out;
  bool upgraded = false;
  for (const model::step_record& step : ended.steps) {
    if (step.status != model::step_status::done || !step.ended_at || *step.ended_at < step.started_at) continue;
    upgraded = upgraded || step.kind == model::step_kind::upgrade;
    out.push_back({step.kind, std::chrono::duration_cast<milliseconds>(*step.ended_at - step.started_at)});
  }
  if (!upgraded) return std::nullopt;  // there was nothing to change
  return out;
}

task<result<void>> add_timeline(rollout& r, plan::rolling_plan plan, json& preview) {
  LEADSMAN_CO_TRY(const auto past, co_await read_past(r));
  const std::optional<model::canary> canary = plan.canary ? r.request.canary : std::nullopt;
  const plan::timeline times = plan::make_timeline(plan.steps, canary, gates_after_upgrade(r), past);
  json& steps = preview.at("steps");
  for (size_t i = 0; i < times.steps.size() && i < steps.size(); ++i) {
    steps[i]["begins"] = told_time(times.steps[i].begins);
    steps[i]["expected"] = told_time(times.steps[i].takes);
  }
  preview["expected"] = told_time(times.whole);
  preview["measured_deployments"] = times.deployments;
  co_return result<void>{};
}

}  // namespace leadsman::runner
