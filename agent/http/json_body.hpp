#pragma once

#include <nlohmann/json.hpp>

#include "http/message.hpp"

namespace leadsman::http {

// The body as JSON; an empty one is an empty object. Errors: invalid_input (no JSON, with line and column; nested
// deeper than any request needs).
result<nlohmann::json> read_json(const request& in);

}  // namespace leadsman::http
