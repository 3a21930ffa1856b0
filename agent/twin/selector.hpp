#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "helm/manifest.hpp"

namespace leadsman::twin {

// Whether a selector takes pods with the labels `pod`: Kubernetes' {"matchLabels", "matchExpressions"}, or a Service's plain
// mapping. An empty or absent selector takes none here, though Kubernetes lets some take every pod of the namespace: such a
// one makes no difference between two releases.
bool selects(const nlohmann::json& selector, const nlohmann::json& pod);

// The labels of the pods that a workload makes; null for what makes none.
nlohmann::json pod_labels(const helm::object& workload);

// Every object of `choosing` that would take a pod of `made`: "Service shop selects the pods of Deployment shop-canary".
std::vector<std::string> collisions(const std::vector<helm::object>& choosing, const std::vector<helm::object>& made);

}  // namespace leadsman::twin
