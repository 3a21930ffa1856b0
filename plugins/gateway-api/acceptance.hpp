#pragma once

#include <string>

#include "plugins/gateway-api/target.hpp"

namespace leadsman::gateway_api {

// Whether the gateways have taken the route as it is now. That they have is no proof that traffic follows.
struct acceptance {
  std::string word;  // "yes", "no", "pending", "unknown"
  std::string message;
};

// "yes" when each parent says Accepted and ResolvedRefs of this generation; "no" as soon as one says it is not.
acceptance read_acceptance(const json& route);

}  // namespace leadsman::gateway_api
