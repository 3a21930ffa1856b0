#pragma once

#include <string>
#include <vector>

#include "process/child.hpp"

namespace leadsman::process {

// The agent's ends of the pipes of a new process; -1 where there is none. Owned by the caller.
struct launched {
  int pid = -1;
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
};

// fork and exec, with nothing between them that is not async-signal-safe. Boost.Process' own launcher is not used: in the
// child it takes locks that another thread may hold, runs exit handlers when exec fails, and leaves signals as they are.
// Errors: as start().
result<launched> launch(const command& what);

}  // namespace leadsman::process
