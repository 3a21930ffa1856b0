#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/error.hpp"
#include "model/gate.hpp"

namespace leadsman::wire {

// What stands below `health:`, the decision tree with other numbers; null is the tree as it is. A check is left out with
// `false` or `off`. Errors: invalid_input with the field.
result<model::health_gate> read_health_gate(const nlohmann::json& value, const std::string& path);

nlohmann::json health_gate_json(const model::health_gate& gate);

}  // namespace leadsman::wire
