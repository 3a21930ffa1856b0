#pragma once

#include <vector>

#include "helm/manifest.hpp"
#include "runner/canary/examine.hpp"
#include "wire/check.hpp"

namespace leadsman::runner {

// What a deployment's pods are looked for room for.
struct pods_in_question {
  std::vector<helm::object> deployed;
  std::vector<helm::object> wanted;
  const canary_finding* canary = nullptr;  // null: rolling
};

// The most pods that there will be at once, held against the namespace's quotas and the nodes. What the agent may not read
// is not checked, and is said. Never fails.
task<wire::checks> look_for_room(rollout& r, pods_in_question about);

}  // namespace leadsman::runner
