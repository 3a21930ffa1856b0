#pragma once

#include "runner/canary/in_effect.hpp"

namespace leadsman::runner {

// Asks the source of metrics once a second for the requests of both sides, from when it is called on. Too few of them, or no
// answer, say nothing. Never fails.
task<sighting> read_counters(rollout& r, expected_traffic wanted, std::function<bool()> stop);

}  // namespace leadsman::runner
