#include "twin/selector.hpp"

#include <algorithm>
#include <array>

#include "helm/member.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::twin {

using helm::member;
using helm::object;
using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 4> k_workloads{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"};

bool is_workload(const object& o) { return std::ranges::find(k_workloads, o.kind) != k_workloads.end(); }

// What chooses pods by their labels, or null.
const json& selector_of(const object& o) {
  static const json k_none;
  const json& spec = member(o.value, "spec");
  if (is_workload(o) || o.kind == "Service" || o.kind == "PodDisruptionBudget") return member(spec, "selector");
  if (o.kind == "NetworkPolicy") return member(spec, "podSelector");
  return k_none;
}

}  // namespace

bool selects(const json& selector, const json& pod) {
  if (!selector.is_object() || selector.empty()) return false;
  const bool is_label_selector = selector.contains("matchLabels") || selector.contains("matchExpressions");
  return kube::selects(is_label_selector ? selector : json{{"matchLabels", selector}}, pod);
}

json pod_labels(const object& workload) {
  if (!is_workload(workload)) return nullptr;
  const json& written = member(member(member(member(workload.value, "spec"), "template"), "metadata"), "labels");
  return written.is_object() ? written : json::object();
}

std::vector<std::string> collisions(const std::vector<object>& choosing, const std::vector<object>& made) {
  std::vector<std::string> found;
  for (const object& chooser : choosing) {
    for (const object& workload : made) {
      const json pod = pod_labels(workload);
      if (pod.is_null() || !selects(selector_of(chooser), pod)) continue;
      found.push_back(chooser.kind + " " + chooser.name + " selects the pods of " + workload.kind + " " + workload.name);
    }
  }
  return found;
}

}  // namespace leadsman::twin
