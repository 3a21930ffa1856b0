#pragma once

#include <sys/types.h>

#include "action/embed/embedded_agent.hpp"

namespace leadsman::action {

struct launched {
  pid_t pid;
  int output;  // reads its stdout
};

// Starts `leadsman-agent` with the words of the settings and some more. Its log goes to settings.log_file. The kernel sends
// it SIGTERM when we die. Errors: internal, unavailable.
result<launched> launch(const embedded_settings& settings, const std::vector<std::string>& more);

// Its last lines, each on a line of its own, indented; may be empty.
std::string end_of(const std::string& log_file);

}  // namespace leadsman::action
