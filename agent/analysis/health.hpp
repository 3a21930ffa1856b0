#pragma once

#include <vector>

#include "model/gate.hpp"

namespace leadsman::analysis {

// The checks of the decision tree, in the order in which they are asked. They are ordinary metric gates named
// "health/error-rate" and so on.
std::vector<model::metric_gate> checks_of(const model::health_gate& tree);

// Every number that these gates need, in their order: a metric gate is itself, a decision tree its checks, and what is not
// measured gives none.
std::vector<model::metric_gate> metrics_of(const std::vector<model::gate>& gates);

}  // namespace leadsman::analysis
