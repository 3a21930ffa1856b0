#pragma once

#include <string>
#include <vector>

#include "analysis/judge.hpp"
#include "model/gate.hpp"
#include "wire/health.hpp"

namespace leadsman::analysis {

// The checks of the decision tree, in the order in which they are asked. They are ordinary metric gates named
// "health/error-rate" and so on.
std::vector<model::metric_gate> checks_of(const model::health_gate& tree);

// Every number that these gates need, in their order: a metric gate is itself, a decision tree its checks, and what is not
// measured gives none.
std::vector<model::metric_gate> metrics_of(const std::vector<model::gate>& gates);

// One check of the tree after one look; `query` is what was asked.
wire::health_check judge_once(const model::metric_gate& check, const measurement& seen, std::string query);

// How a release is by its checks, in their order: unhealthy by the first that failed; else unknown by the first without a
// number; healthy when all are within their bounds.
struct health_conclusion {
  wire::health health = wire::health::unknown;
  std::string reason{};
  std::string message{};

  bool operator==(const health_conclusion&) const = default;
};
health_conclusion conclude_health(const std::vector<wire::health_check>& checks);

}  // namespace leadsman::analysis
