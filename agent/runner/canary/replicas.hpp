#pragma once

#include <map>
#include <string>
#include <vector>

#include "runner/rollout.hpp"
#include "twin/assess.hpp"

namespace leadsman::runner {

using pod_counts = std::map<std::string, int>;  // how many each workload is to have, by its name

// Saves the counts of both sides, as they are after our own last change.
task<result<void>> record_replicas(rollout& r, pod_counts counted);

// Whether those are enough for a weight in percent; pure.
bool are_recorded_for(const rollout& r, int weight);

// Somebody has given a workload another number of pods since, or removed it.
struct replica_edit {
  twin::scaled_workload workload;
  bool of_stable = false;
  int wanted = 0;
  std::optional<int> found{};  // absent: the workload is gone
  std::string by{};            // field manager

  const std::string& name() const { return of_stable ? workload.stable : workload.name; }
};

// What differs; what an autoscaler has done is no edit. Empty before the first record_replicas. Errors: of kube::client.
task<result<std::vector<replica_edit>>> find_replica_edits(rollout& r);
std::string describe(const replica_edit& edit);

// The numbers of before again; stable's capacity is never lowered.
task<result<void>> restore_replicas(rollout& r, std::vector<replica_edit> edits);
bool is_restorable(const replica_edit& edit);

// The numbers as they have become, for the detail of the step under way.
void take_over_replicas(const rollout& r, nlohmann::json& detail, const std::vector<replica_edit>& edits);

// Whoever last wrote an object's number of pods, when that was not us: for messages. Pure.
std::string last_scaler(const nlohmann::json& object);

}  // namespace leadsman::runner
