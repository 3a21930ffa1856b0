#pragma once

#include <string>
#include <vector>

#include "runner/rollout.hpp"
#include "wire/check.hpp"

namespace leadsman::runner {

// What the queries of gates show before anything is touched.
struct tried_queries {
  wire::checks rows;                  // one a metric
  std::vector<std::string> problems;  // why a gate is sure to end in an error
};

// The gates of all weights.
std::vector<model::gate> gates_of_weights(const model::canary& canary);

// Asks each query once, about the release as it is: `service` stands for canary and stable alike. After one that nobody
// answered the others are not asked. Without a source, or one that this agent knows, nothing is. Never fails.
task<tried_queries> try_queries(rollout& r, std::vector<model::gate> gates, std::string service);

}  // namespace leadsman::runner
