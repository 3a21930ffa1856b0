#pragma once

#include <optional>

#include "net/connection.hpp"
#include "wire/check.hpp"

namespace leadsman::action {

struct trust_sight {
  net::endpoint at;
  net::sighting seen;
  std::optional<error> failure;  // of opening the connection
  bool own_authority = false;    // --ca or LEADSMAN_CA is given
  wall_time now{};
};

// Whether the way to the agent can be trusted. Absent where there is nothing to judge: nobody listens, or nothing leaves
// this machine. Pure.
std::optional<wire::check> judge_trust(const trust_sight& t);

}  // namespace leadsman::action
