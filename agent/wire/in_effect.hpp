#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "model/canary.hpp"

namespace leadsman::wire {

// What stands below `canary.in-effect`; absent when there is nothing. An address may still have "{environment}" in it.
// Errors: invalid_input with the field's path.
result<std::optional<model::traffic_check>> read_traffic_check(const nlohmann::json& value, const std::string& path);

// What read_traffic_check reads as the same.
nlohmann::json traffic_check_json(const std::optional<model::traffic_check>& check);

}  // namespace leadsman::wire
