#include "analysis/health.hpp"

#include "runner/gate/look.hpp"
#include "runner/metrics/ask.hpp"
#include "runner/metrics/find.hpp"
#include "runner/rollouts.hpp"

namespace leadsman::runner {

namespace {

model::health_gate tree_of(const model::measured_release& measured, const wire::metric_options& options) {
  model::health_gate tree;
  tree.from = counter_of(measured.gates);
  for (const model::gate& gate : measured.gates) {
    if (const auto* health = std::get_if<model::health_gate>(&gate)) tree = *health;
  }
  tree.from = options.from.value_or(tree.from);
  tree.measuring.window = options.window.value_or(tree.measuring.window);
  return tree;
}

task<std::vector<wire::health_check>> examine_checks(measuring_task about, model::health_gate tree) {
  std::vector<wire::health_check> checks;
  for (const model::metric_gate& check : analysis::checks_of(tree)) {
    analysis::measurement seen;
    std::string query;
    seen.canary = co_await look_at_side(about, check, analysis::side::canary, std::nullopt, seen.warnings, query);
    checks.push_back(analysis::judge_once(check, seen, query));
  }
  co_return checks;
}

}  // namespace

task<result<wire::release_health>> rollouts::release_health(model::release_id id, wire::metric_options options) {
  LEADSMAN_CO_TRY(cluster* const target, clusters_.find(id.cluster));
  model::measured_release measured = options.measured.value_or(model::measured_release{});
  if (!options.measured) { LEADSMAN_CO_TRY(measured, co_await newest_measured(id)); }
  LEADSMAN_CO_TRY(const model::metric_source source, source_of(measured));
  const model::health_gate tree = tree_of(measured, options);
  wire::release_health out;
  out.release = id;
  LEADSMAN_CO_TRY(out.service, co_await find_service(*target->api, id, measured.service));
  out.source = source.plugin;
  out.window = analysis::promql_duration(tree.measuring.window);
  out.at = format_rfc3339(leadsman::now());
  auto asking = examine_checks(questions_to(shared_.plugins, source, *target->api, id, only_service(out.service)), tree);
  out.checks = co_await std::move(asking);
  const auto concluded = analysis::conclude_health(out.checks);
  out.health = concluded.health;
  out.reason = concluded.reason;
  out.message = concluded.message;
  co_return out;
}

}  // namespace leadsman::runner
