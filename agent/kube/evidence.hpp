#pragma once

#include <string>
#include <vector>

#include "kube/container_evidence.hpp"
#include "kube/event_line.hpp"
#include "kube/readiness.hpp"

namespace leadsman::kube {

struct workload_evidence {
  workload_status status{};
  std::string headline{};  // the most probable cause in one sentence: "image shop/web:nope cannot be pulled: not found"
  int rank = 0;            // how much the headline explains; lower is more
  std::vector<container_evidence> containers{};
  std::vector<event_line> events{};  // newest first
};

// Why a release does not become ready.
struct evidence {
  std::string headline{};  // of the workload whose headline explains most, with its name
  std::vector<workload_evidence> workloads{};  // the not-ready ones
};

// What was read from the cluster for one workload: all pods, ReplicaSets and events of its namespace.
struct findings {
  const json& object;
  surroundings around;
  const std::vector<json>& events;
  std::vector<container_evidence> logs{};  // only pod, container, log and log_is_previous are used
};

workload_evidence compose_evidence(const findings& found, const patience& rule, wall_time at);
evidence combine(std::vector<workload_evidence> workloads);

json to_json(const evidence& e);

}  // namespace leadsman::kube
