#pragma once

#include "base/error.hpp"
#include "model/phase.hpp"

namespace leadsman::action {

// The exit codes of `leadsman`, as documented in docs/cli.md. Their numbers never change.
enum class exit_code {
  succeeded = 0,        // also when there was nothing to change
  rolled_back = 1,      // failed; the release is as before, and that is proved. doctor: a check failed
  invalid_input = 2,    // the words were wrong, or name something that does not exist
  not_rolled_back = 3,  // failed, and nothing was brought back: nothing had been changed, or there was no way back
  refused = 4,          // declined: lease held, no way back, forbidden, not authenticated, conflict
  unreachable = 5,      // the agent does not answer, or cannot work
  canceled = 6,         // canceled, or superseded by a newer deployment
  kept = 7,             // failed, and left as it is because on-failure is `keep`
  rollback_failed = 8,  // failed, and the way back failed too: somebody has to look now
  defect = 70,          // a defect of Leadsman
  interrupted = 130,    // the client was asked to go before the end
};

// The one place where an end becomes an exit code. A phase that is not final is `interrupted`.
exit_code exit_code_of(model::phase phase, model::rollback_outcome rollback);
exit_code exit_code_of(errc code);

}  // namespace leadsman::action
