#pragma once

#include "runner/rollout.hpp"

namespace leadsman::runner {

// The canary in hand is one that an earlier deployment has left: it is being cleared away, promoted or removed.
bool is_about_left(const rollout& r);

// Enters our canary in the release's ledger, with the weight that it is about to have and the way to give its route back:
// before it is made, and before each change. Errors: of kube::client, and of the ledger.
task<result<void>> note_canary(rollout& r, int weight);

// The same with a weight that somebody else has set, once all traffic is at stable and the route is as it was, and once it has
// been removed. What cannot be written then is told, and stops nothing: a later deployment only finds nothing left to do.
task<result<void>> note_adopted(rollout& r, int weight);
task<result<void>> note_at_home(rollout& r);
task<result<void>> strike_out_canary(rollout& r);

}  // namespace leadsman::runner
