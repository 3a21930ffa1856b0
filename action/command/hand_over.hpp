#pragma once

#include "action/command/session.hpp"
#include "action/input/request.hpp"

namespace leadsman::action {

// The agent has the chart afterwards, from us or by fetching it; the request says which one that is.
task<result<void>> bring_chart(context& c, api& agent, packed_request& packed);

// Whether the deployment may be left before its end, if that is asked for: an agent of our own ends with us. Errors: invalid_input.
result<void> check_until(const context& c, const std::string& address);

// Submits and watches: what deploy and rollback have in common. A rollback has no chart.
task<exit_code> hand_over(context& c, std::string address, packed_request packed);

}  // namespace leadsman::action
