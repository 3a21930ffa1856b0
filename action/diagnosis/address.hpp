#pragma once

#include <optional>

#include "net/connection.hpp"
#include "wire/check.hpp"

namespace leadsman::action {

// Whether somebody listens at the agent's address. `failure` is why no connection could be opened. Pure.
wire::check judge_address(const net::endpoint& at, const net::sighting& seen, const std::optional<error>& failure);

}  // namespace leadsman::action
