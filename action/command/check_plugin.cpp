#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "action/command/context.hpp"
#include "action/embed/embedded_agent.hpp"

namespace leadsman::action {

// The agent starts plugins, and so it is what tries them: we become it. Its output and its exit code are the answer.
task<exit_code> run_check_plugin(context& c) {
  const auto program = find_agent_program(c.env.get("LEADSMAN_AGENT_BINARY"));
  if (!program) co_return refuse(c, program.error());
  std::fflush(nullptr);
  ::execl(program->c_str(), program->c_str(), "plugin", "check", c.given.folder.c_str(), static_cast<char*>(nullptr));
  co_return refuse(c, errc::unavailable, *program + " cannot be started: " + std::generic_category().message(errno));
}

}  // namespace leadsman::action
