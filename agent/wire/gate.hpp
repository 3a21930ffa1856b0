#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "document/reader.hpp"
#include "model/gate.hpp"

namespace leadsman::wire {

// Where gates stand decides what they can ask for: beside a canary there is a stable to compare with; after the upgrade of a
// rolling release there is only what was before, and its tests run in any case.
enum class gate_place { beside_stable,
                        after_upgrade };

// The list below `gates:` of leadsman.yaml and of a request, each item a word (`helm-test`, `health`) or a mapping of one
// gate to what it asks for. `path` names the list in messages. Absent (null) is an empty list.
// Errors: invalid_input with the field, such as "releases.shop.canary.gates[1].metric.max".
result<std::vector<model::gate>> read_gates(const nlohmann::json& list, const std::string& path, gate_place where = gate_place::beside_stable);

// What read_gates reads as the same gates.
nlohmann::json gates_json(const std::vector<model::gate>& gates);

// What stands below `metrics:`, the plugin's name and its configuration: {"prometheus": {"address": "http://…"}}.
// Errors: invalid_input, as above.
result<std::optional<model::metric_source>> read_metric_source(const nlohmann::json& value, const std::string& path);

nlohmann::json metric_source_json(const std::optional<model::metric_source>& source);

// Gates that measure something need a source. Errors: invalid_input at `path`, which is where the source would stand.
result<void> check_source(const std::vector<model::gate>& gates, const std::optional<model::metric_source>& source, const std::string& path);

// The keys `metrics`, `service` and `gates` of a release that is not a canary; `in` has other keys too, and is finished.
// Errors: invalid_input, as above.
result<model::measured_release> read_measured_release(document::object_reader& in);

// Adds those keys to `out`: only what is said.
void add_measured_release(nlohmann::json& out, const model::measured_release& measured);

}  // namespace leadsman::wire
