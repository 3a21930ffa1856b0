#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "kube/client.hpp"

namespace leadsman::runner {

// Regular expressions for the names of a Service's pods.
struct pod_names {
  std::string now;       // exactly those that there are; of none, one that fits no pod
  std::string whenever;  // whatever their workloads call their pods, those of earlier revisions too

  bool operator==(const pod_names&) const = default;
};

// Pure. Pods that have ended, and those that helm made for a test, serve nobody and are left out.
pod_names names_of(const std::vector<nlohmann::json>& pods);

// Those that the Service selects, ready or not. Errors: not_found (no such Service), invalid_input (it selects no pods by
// itself), of kube::client.
task<result<pod_names>> pods_of_service(kube::client& api, std::string name_space, std::string service);

}  // namespace leadsman::runner
