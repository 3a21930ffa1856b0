#pragma once

#include "runner/side.hpp"

namespace leadsman::runner {

// helm upgrade --install of one side, watched by our own eyes. After a restart: looks what has become of the revision first.
task<result<step_result>> run_upgrade(rollout& r, side which, bool resumed);

// The newest revision of one side, in full; revision 0 when there is none.
task<result<helm::release>> newest_revision(rollout& r, side which);

}  // namespace leadsman::runner
