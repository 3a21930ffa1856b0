#pragma once

#include "runner/side.hpp"

namespace leadsman::runner {

// `helm test` of a revision of one side, with its logs told live. helm says success when no test ran at all: here the tests are
// counted, and each has to have started after we began. `missing` when the revision has none.
// Tests that fail while the cluster is not settled after a silence (contact::until_settled) are run again when it is.
task<result<step_result>> run_helm_test(rollout& r, side which, int revision);

}  // namespace leadsman::runner
