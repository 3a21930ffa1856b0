#pragma once

#include <string_view>

namespace leadsman::http {

// docs/openapi.yaml as JSON; made from it when the agent is built.
std::string_view openapi_json();

}  // namespace leadsman::http
