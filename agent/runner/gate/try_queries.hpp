#pragma once

#include <string>
#include <vector>

#include "runner/rollout.hpp"
#include "wire/check.hpp"

namespace leadsman::runner {

// What the queries of a canary's gates show before there is one.
struct tried_queries {
  wire::checks rows;                  // one a metric
  std::vector<std::string> problems;  // why a gate is sure to end in an error
};

// Asks each query of all weights once, about stable. After one that nobody answered the others are not asked. Never fails.
task<tried_queries> try_queries(rollout& r);

}  // namespace leadsman::runner
