#pragma once

#include "net/message.hpp"
#include "wire/check.hpp"

namespace leadsman::action {

struct identity_sight {
  result<net::response> description;  // GET /v1/openapi.json, which every agent has
  result<net::response> readiness;    // GET /readyz
};

// Whether it is an agent that answers, and whether it can do its work. Pure.
wire::check judge_identity(const identity_sight& seen);
bool is_agent(const identity_sight& seen);

}  // namespace leadsman::action
