#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "capacity/demand.hpp"
#include "helm/manifest.hpp"
#include "model/canary.hpp"
#include "twin/assess.hpp"

namespace leadsman::capacity {

// What the pods of a deployment are counted from.
struct sources {
  std::vector<helm::object> deployed;  // stable as it is now
  std::vector<helm::object> wanted;    // as it is to be
  std::map<std::string, int> live;     // pods that workloads have now, by "Deployment shop", the canary's among them
  std::optional<model::canary> canary{};
  std::vector<twin::scaled_workload> twins{};  // the canary's workloads
  std::vector<helm::object> canary_objects{};
  container_defaults defaults{};
};

// What one weight of a canary needs beside stable, beyond what there is.
struct weight_demand {
  int weight = 0;
  demand more;
};

// One that has to find room.
struct new_pod {
  demand asks;
  size_t spec = 0;  // which of peak::specs
};

struct peak {
  demand now;      // of the release as it is
  demand highest;  // at any moment of the deployment, at most
  demand more;     // highest, beyond now: what has to find room
  demand lasting;  // what the new version needs beyond what the old one does; may be negative
  int of_canary = 0;  // pods of it at its highest weight
  int surge = 0;      // pods more while stable's are replaced
  std::vector<weight_demand> weights;      // those of the canary, in their order
  std::vector<new_pod> pods;               // each pod of `more`, by itself
  std::vector<kube::json> specs;           // of the new pods, each once
  std::vector<std::string> not_counted;    // "DaemonSet shop": as many pods as there are nodes
};

// Pure. Counts Deployments, ReplicaSets and StatefulSets; not the pods that are ending, nor those of tests and Jobs.
peak peak_of(const sources& from);

}  // namespace leadsman::capacity
