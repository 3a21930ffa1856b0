#pragma once

#include "runner/rollout.hpp"

namespace leadsman::runner {

// `helm test` of a revision, with its logs told live. helm says success when no test ran at all: here the tests are counted,
// and each has to have started after we began. `missing` when the revision has none.
task<result<step_result>> run_helm_test(rollout& r, int revision);

}  // namespace leadsman::runner
