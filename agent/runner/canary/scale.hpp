#pragma once

#include <optional>

#include "runner/rollout.hpp"
#include "twin/assess.hpp"

namespace leadsman::runner {

// Sees to it that the canary has enough ready pods for a weight before it gets that: as many as its share of the pods that
// stable has now. Pods are added, never taken away. Absent: it has them, and its Service leads to them.
task<result<std::optional<step_result>>> be_enough(rollout& r, int weight);

// Asks for the pods of a weight, notes how many each workload is to have, and does not wait for them.
task<result<void>> ask_for_pods(rollout& r, int weight);

// A workload of either side by its name there.
kube::object_ref ref_of(const rollout& r, const twin::scaled_workload& w, const std::string& name);

// Gives a workload so many pods. Errors: of kube::client.
task<result<void>> set_replicas(rollout& r, kube::object_ref workload, int wanted);

}  // namespace leadsman::runner
