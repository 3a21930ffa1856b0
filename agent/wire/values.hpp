#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/values_file.hpp"

namespace leadsman::wire {

// A list of {"name", "content"}: the client has read the files. `path` names it in messages. Errors: invalid_input with the
// field's path.
result<std::vector<model::values_file>> read_values(const nlohmann::json& list, const std::string& path);

nlohmann::json values_json(const std::vector<model::values_file>& files);

}  // namespace leadsman::wire
