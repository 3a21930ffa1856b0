#include "analysis/health.hpp"

namespace leadsman::analysis {

using model::health_gate;
using model::ready_made;

namespace {

struct check {
  const char* name;
  ready_made use;
  std::optional<double> health_gate::* bound;
};

constexpr check k_tree[]{
    {"health/error-rate", ready_made::http_error_rate, &health_gate::error_rate},
    {"health/p99", ready_made::http_p99, &health_gate::p99},
    {"health/infrastructure", ready_made::infrastructure, &health_gate::infrastructure},
    {"health/response-time", ready_made::http_mean, &health_gate::response_time},
    {"health/uptime", ready_made::uptime, &health_gate::uptime},
};

model::metric_gate gate_of(const check& c, double bound, const health_gate& tree) {
  model::metric_gate gate;
  gate.name = c.name;
  gate.use = c.use;
  gate.from = tree.from;
  gate.unit = model::unit_of(c.use);
  gate.better = model::better_of(c.use);
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

}  // namespace leadsman::analysis
