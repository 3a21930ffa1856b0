#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "base/error.hpp"
#include "model/canary.hpp"

namespace leadsman::wire {

// What stands below `canary:` of leadsman.yaml and of a request; `path` names it in messages. `values` is there as
// read_values reads it. Errors: invalid_input with the field's path.
result<model::canary> read_canary(const nlohmann::json& value, const std::string& path);

// Whether the canary's release can have a name: helm's limit, less the suffix. Errors: invalid_input at "release".
result<void> check_canary_release(const model::release_id& stable);

// What read_canary reads as the same canary, every default said.
nlohmann::json canary_json(const model::canary& c);

}  // namespace leadsman::wire
