#pragma once

#include "action/command/session.hpp"

namespace leadsman::action {

enum class watching {
  for_the_job,  // a signal asks the agent to stop the deployment, as on-cancel says
  only,         // a signal only ends the watching
};

// Shows a deployment from its first event to its end, or until a signal. The exit code of how it ended; interrupted when
// we left before.
task<exit_code> watch(context& c, session& s, model::deployment deployment, watching how);

// What a person is told when the agent has answered a request to stop.
std::string describe_cancel(const model::deployment& answer, bool embedded);

}  // namespace leadsman::action
