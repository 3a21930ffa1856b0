#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "kube/object_ref.hpp"
#include "kube/pod_status.hpp"

namespace leadsman::kube {

inline constexpr std::string_view k_not_observed = "NotObserved";
inline constexpr std::string_view k_not_available = "NotAvailable";  // all of the new version, some not available yet

struct workload_status {
  std::string kind{};
  std::string name_space{};
  std::string name{};
  int desired = 0;
  int updated = 0;
  int ready = 0;
  int available = 0;
  workload_state state = workload_state::progressing;
  std::string reason{};   // one CamelCase word
  std::string message{};  // "2 of 3 new pods are available"
  std::vector<pod_status> pods{};  // of the new version only

  friend bool operator==(const workload_status&, const workload_status&) = default;
};

// The pods and ReplicaSets of a workload's namespace (others among them are left out by owner and revision).
struct surroundings {
  const std::vector<json>& pods;
  const std::vector<json>& replica_sets;  // needed for Deployments: they tell new pods from old
};

// Whether `object` has become what its spec says. Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, Pod by their own
// rules, other kinds by the conditions that they show.
workload_status assess_workload(const json& object, const surroundings& around, const patience& rule, wall_time at);

// The pods that belong to the newest revision of `object`.
std::vector<const json*> current_pods(const json& object, const surroundings& around);

// The ReplicaSet of the newest revision; null when there is none, or when the controller has not seen the newest spec.
const json* newest_replica_set(const json& deployment, const std::vector<json>& replica_sets);

json to_json(const workload_status& status);

}  // namespace leadsman::kube
