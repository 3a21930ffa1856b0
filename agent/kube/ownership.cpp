#include "kube/ownership.hpp"

#include <algorithm>
#include <charconv>

#include "kube/readiness.hpp"

namespace leadsman::kube {

bool is_owned_by(const json& object, const json& owner) {
  const std::string uid = text_at(owner, "/metadata/uid");
  return std::ranges::any_of(at(object, "/metadata/ownerReferences"), [&](const json& reference) {
    const std::string referred = text_at(reference, "/uid");
    if (!uid.empty() && !referred.empty()) return uid == referred;
    return text_at(reference, "/kind") == text_at(owner, "/kind") &&
           text_at(reference, "/name") == text_at(owner, "/metadata/name");
  });
}

int64_t revision_of(const json& object) {
  const std::string text = annotation_of(object, "deployment.kubernetes.io/revision");
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

const json* newest_replica_set(const json& deployment, const std::vector<json>& replica_sets) {
  if (number_at(deployment, "/status/observedGeneration") < number_at(deployment, "/metadata/generation")) return nullptr;
  const json* newest = nullptr;
  for (const json& set : replica_sets) {
    if (!is_owned_by(set, deployment)) continue;
    if (!newest || revision_of(set) > revision_of(*newest)) newest = &set;
  }
  return newest;
}

namespace {

template <class Belongs>
std::vector<const json*> select(const std::vector<json>& pods, Belongs belongs) {
  std::vector<const json*> selected;
  for (const json& pod : pods) {
    if (belongs(pod)) selected.push_back(&pod);
  }
  return selected;
}

// The label and its value that only pods of the newest revision carry; empty when they cannot be told apart.
std::pair<std::string, std::string> revision_label(const json& object) {
  const std::string kind = text_at(object, "/kind");
  if (kind == "StatefulSet" && text_at(object, "/spec/updateStrategy/type") != "OnDelete") {
    return {"controller-revision-hash", text_at(object, "/status/updateRevision")};
  }
  if (kind == "DaemonSet" && text_at(object, "/spec/updateStrategy/type") != "OnDelete") {
    return {"pod-template-generation", annotation_of(object, "deprecated.daemonset.template.generation")};
  }
  return {};
}

}  // namespace

std::vector<const json*> current_pods(const json& object, const surroundings& around) {
  const std::string kind = text_at(object, "/kind");
  if (kind == "Pod") return {&object};
  if (kind == "Deployment") {
    const json* const set = newest_replica_set(object, around.replica_sets);
    if (!set) return {};
    return select(around.pods, [&](const json& pod) { return is_owned_by(pod, *set); });
  }
  const auto [label, value] = revision_label(object);
  return select(around.pods,
                [&](const json& pod) { return is_owned_by(pod, object) && (value.empty() || label_of(pod, label) == value); });
}

}  // namespace leadsman::kube
