#include "analysis/health.hpp"

#include <algorithm>
#include <string_view>

namespace leadsman::analysis {

using model::health_gate;
using model::ready_made;

namespace {

constexpr std::string_view k_prefix = "health/";

struct check {
  std::string_view name;  // after the prefix
  ready_made use;
  std::optional<double> health_gate::* bound;
};

constexpr check k_tree[]{
    {"error-rate", ready_made::http_error_rate, &health_gate::error_rate},
    {"p99", ready_made::http_p99, &health_gate::p99},
    {"infrastructure", ready_made::infrastructure, &health_gate::infrastructure},
    {"response-time", ready_made::http_mean, &health_gate::response_time},
    {"uptime", ready_made::uptime, &health_gate::uptime},
};

model::metric_gate gate_of(const check& c, double bound, const health_gate& tree) {
  model::metric_gate gate = model::gate_on(c.use);
  gate.name = std::string(k_prefix) + std::string(c.name);
  gate.from = tree.from;
  (gate.better == model::better::lower ? gate.max : gate.min) = bound;
  gate.advisory = tree.advisory;
  gate.pods = tree.pods;
  gate.measuring = tree.measuring;
  return gate;
}

}  // namespace

std::vector<model::metric_gate> checks_of(const health_gate& tree) {
  std::vector<model::metric_gate> checks;
  for (const check& c : k_tree) {
    if (const auto& bound = tree.*c.bound) checks.push_back(gate_of(c, *bound, tree));
  }
  return checks;
}

std::vector<model::metric_gate> metrics_of(const std::vector<model::gate>& gates) {
  std::vector<model::metric_gate> metrics;
  for (const model::gate& gate : gates) {
    if (const auto* metric = std::get_if<model::metric_gate>(&gate)) metrics.push_back(*metric);
    if (const auto* tree = std::get_if<health_gate>(&gate)) {
      for (model::metric_gate& check : checks_of(*tree)) metrics.push_back(std::move(check));
    }
  }
  return metrics;
}

namespace {

model::verdict verdict_of(finding f) {
  switch (f) {
    case finding::good: return model::verdict::passed;
    case finding::bad: return model::verdict::failed;
    case finding::inconclusive: return model::verdict::inconclusive;
    case finding::fault: break;
  }
  return model::verdict::error;
}

health_conclusion because_of(wire::health health, const wire::health_check& check) { return {health, check.reason, check.message}; }

}  // namespace

wire::health_check judge_once(const model::metric_gate& check, const measurement& seen, std::string query) {
  const judgement judged = judge(check, seen);
  wire::health_check out;
  out.check = check.name.starts_with(k_prefix) ? check.name.substr(k_prefix.size()) : check.name;
  out.verdict = verdict_of(judged.finding);
  if (seen.canary.what == reading::value) out.value = seen.canary.value;
  out.bound = check.max ? check.max : check.min;
  out.samples = seen.canary.samples;
  out.unit = check.unit;
  out.reading = model::word_of(k_reading, seen.canary.what);
  out.reason = judged.reason;
  out.message = judged.message;
  out.query = std::move(query);
  return out;
}

health_conclusion conclude_health(const std::vector<wire::health_check>& checks) {
  const auto first = [&](auto fits) { return std::ranges::find_if(checks, fits); };
  const auto failed = first([](const wire::health_check& c) { return c.verdict == model::verdict::failed; });
  if (failed != checks.end()) return because_of(wire::health::unhealthy, *failed);
  const auto open = first([](const wire::health_check& c) { return c.verdict != model::verdict::passed; });
  if (open != checks.end()) return because_of(wire::health::unknown, *open);
  if (checks.empty()) return {wire::health::unknown, "NoChecks", "every check of the tree is off"};
  return {wire::health::healthy, "", "all checks are within their bounds"};
}

}  // namespace leadsman::analysis
