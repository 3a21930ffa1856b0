#pragma once

#include "plugins/gateway-api/target.hpp"

// The four methods of a router (docs/plugins.md), for HTTPRoutes: pure functions of their params. They throw sdk::refusal.
namespace leadsman::gateway_api {

json objects(const json& params);
json inspect(const json& params);
json set(const json& params);
json release(const json& params);

// The target's route among `objects`; null when it is not there.
json find_route(const json& objects, const target& t);

}  // namespace leadsman::gateway_api
