#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::kube {

// unjudged: a kind that has no notion of being ready that we know of.
enum class workload_state { progressing,
                            ready,
                            failed,
                            unjudged };

std::string_view to_string(workload_state state);

// Still on its way, or failed. What cannot be judged is never waited for.
bool is_unready(workload_state state);

// When something that Kubernetes would try for ever counts as failed.
struct patience {
  int restarts = 3;                           // CrashLoopBackOff after that many
  int failed_starts = 2;                      // the same for a program that is not there (StartError): it will not come
  std::chrono::seconds image_pull{20};        // ErrImagePull, ImagePullBackOff for that long
  std::chrono::seconds container_config{30};  // CreateContainerConfigError: the ConfigMap may come a moment later
  std::chrono::seconds replica_failure{20};   // pods that cannot be created: quota, admission
};

struct pod_status {
  std::string name{};
  std::string phase{};            // Pending, Running, Succeeded, Failed, Terminating
  int ready_containers = 0;
  int containers = 0;
  int restarts = 0;
  std::string reason{};           // "ImagePullBackOff", "OOMKilled", "Unschedulable"; empty when nothing is wrong
  std::string message{};
  std::chrono::seconds age{0};
  workload_state state = workload_state::progressing;

  friend bool operator==(const pod_status&, const pod_status&) = default;
};

pod_status assess_pod(const json& pod, const patience& rule, wall_time at);

json to_json(const pod_status& status);

}  // namespace leadsman::kube
