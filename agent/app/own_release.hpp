#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.hpp"
#include "model/release_id.hpp"

namespace leadsman::app {

// The release by which the agent itself was installed, as the configuration names it: {"namespace", "name", "cluster"},
// where cluster is "default" unless said. Errors: invalid_input below "own-release".
result<model::release_id> read_own_release(const nlohmann::json& value);

// The same in one word: "namespace/name" or "cluster/namespace/name". Errors: invalid_input, `field` is `variable`.
result<model::release_id> parse_own_release(std::string_view text, std::string_view variable);

}  // namespace leadsman::app
