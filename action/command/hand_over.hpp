#pragma once

#include "action/command/session.hpp"
#include "action/input/request.hpp"

namespace leadsman::action {

// Brings the chart to the agent if it lacks it.
task<result<void>> upload_chart(api& agent, std::string digest, std::string archive);

// Submits and watches: what deploy and rollback have in common. `archive` empty: no chart.
task<exit_code> hand_over(context& c, std::string address, model::deployment_request request, std::string archive);

}  // namespace leadsman::action
