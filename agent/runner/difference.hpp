#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace leadsman::runner {

// What would change, one row a difference: [{"path", "from", "to"}], null where there is nothing. What a Secret holds is
// masked.
nlohmann::json difference_rows(const std::string& kind, const nlohmann::json& live, const nlohmann::json& wanted);

}  // namespace leadsman::runner
