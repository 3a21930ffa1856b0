#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/gate.hpp"

namespace leadsman::wire {

// The list below `gates:` of leadsman.yaml and of a request, each item a word (`helm-test`, `health`) or a mapping of one
// gate to what it asks for. `path` names the list in messages. Absent (null) is an empty list.
// Errors: invalid_input with the field, such as "releases.shop.canary.gates[1].metric.max".
result<std::vector<model::gate>> read_gates(const nlohmann::json& list, const std::string& path);

// What read_gates reads as the same gates.
nlohmann::json gates_json(const std::vector<model::gate>& gates);

// What stands below `metrics:`, the plugin's name and its configuration: {"prometheus": {"address": "http://…"}}.
// Errors: invalid_input, as above.
result<std::optional<model::metric_source>> read_metric_source(const nlohmann::json& value, const std::string& path);

nlohmann::json metric_source_json(const std::optional<model::metric_source>& source);

}  // namespace leadsman::wire
