#pragma once

#include "action/diagnosis/clock.hpp"
#include "action/diagnosis/identity.hpp"
#include "action/diagnosis/trust.hpp"
#include "async/task.hpp"

namespace leadsman::action {

// What one sees of an agent without being anybody: the way to it, its certificate, what it says of itself, its clock.
struct agent_sight {
  trust_sight way;
  identity_sight identity{net::response{}, net::response{}};
  clock_sight clock{};

  bool is_open() const { return !way.failure; }
};

// Opens a connection, then asks twice. `ca_pem` empty: the system's authorities.
task<agent_sight> look_at_agent(net::endpoint at, std::string ca_pem);

// The rows of all that was seen. Pure.
wire::checks judge_agent(const agent_sight& seen);

}  // namespace leadsman::action
