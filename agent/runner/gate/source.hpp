#pragma once

#include <optional>

#include "model/gate.hpp"
#include "runner/gate/measure.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// Who gives the numbers of this rollout's gates; absent when it has none.
const std::optional<model::metric_source>& metric_source_of(const rollout& r);

// Asks that one. Only of a rollout that has one.
metric_call ask_source_of(rollout& r);

}  // namespace leadsman::runner
