#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "document/reader.hpp"
#include "model/gate.hpp"

namespace leadsman::wire {

// What stands below `metric:`. Errors: invalid_input with the field.
result<model::metric_gate> read_metric_gate(const nlohmann::json& value, const std::string& path);

nlohmann::json metric_gate_json(const model::metric_gate& gate);

// The keys `cpu`, `memory` and `disk`.
model::pod_bounds read_pod_bounds(document::object_reader& in);
void add_pod_bounds(nlohmann::json& out, const model::pod_bounds& pods);

}  // namespace leadsman::wire
