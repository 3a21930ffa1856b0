#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "plan/rolling.hpp"

namespace leadsman::runner {

// The plan as it is stored, sent and printed: {"schema": 1, "strategy": "rolling", ...}.
nlohmann::json to_json(const plan::rolling_plan& plan);

// Errors: internal, for a schema that this version does not know.
result<plan::rolling_plan> parse_plan(const std::string& text);

}  // namespace leadsman::runner
