#include "capacity/admission.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "helm/member.hpp"

namespace leadsman::capacity {

using kube::json;

namespace {

// https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration: an absent key tolerates every key, an absent
// effect every effect.
bool tolerates(const json& toleration, const json& taint) {
  const std::string key = kube::text_at(toleration, "/key"), effect = kube::text_at(toleration, "/effect");
  if (!effect.empty() && effect != kube::text_at(taint, "/effect")) return false;
  if (!key.empty() && key != kube::text_at(taint, "/key")) return false;
  if (kube::text_at(toleration, "/operator") == "Exists") return true;
  return !key.empty() && kube::text_at(toleration, "/value") == kube::text_at(taint, "/value");
}

bool is_repelled(const json& taint, const json& pod_spec) {
  if (kube::text_at(taint, "/effect") == "PreferNoSchedule") return false;
  return std::ranges::none_of(kube::at(pod_spec, "/tolerations"), [&](const json& toleration) { return tolerates(toleration, taint); });
}

std::optional<int64_t> number_in(const json& text) {
  if (!text.is_string()) return std::nullopt;
  const auto& digits = text.get_ref<const std::string&>();
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return failure == std::errc() && end == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

// Gt and Lt are for nodes alone, the others those of every label selector.
bool fits(const json& rule, const json& labels) {
  const std::string how = kube::text_at(rule, "/operator");
  if (how != "Gt" && how != "Lt") return kube::selects({{"matchExpressions", json::array({rule})}}, labels);
  const auto asked = number_in(kube::at(rule, "/values/0"));
  const auto found = number_in(helm::member(labels, kube::text_at(rule, "/key").c_str()));
  return asked && found && (how == "Gt" ? *found > *asked : *found < *asked);
}

bool fits_affinity(const json& node, const json& pod_spec) {
  const json& terms = kube::at(pod_spec, "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");
  const json& labels = kube::at(node, "/metadata/labels");
  const json fields{{"metadata.name", kube::at(node, "/metadata/name")}};  // the one field that may be asked for
  return terms.empty() || std::ranges::any_of(terms, [&](const json& term) {
           const bool by_labels = std::ranges::all_of(kube::at(term, "/matchExpressions"), [&](const json& rule) { return fits(rule, labels); });
           return by_labels && std::ranges::all_of(kube::at(term, "/matchFields"), [&](const json& rule) { return fits(rule, fields); });
         });
}

bool fits_selector(const json& node, const json& pod_spec) {
  return kube::selects({{"matchLabels", kube::at(pod_spec, "/nodeSelector")}}, kube::at(node, "/metadata/labels"));
}

}  // namespace

bool admits(const json& node, const json& pod_spec) {
  if (kube::flag_at(node, "/spec/unschedulable")) return false;
  if (std::ranges::any_of(kube::at(node, "/spec/taints"), [&](const json& taint) { return is_repelled(taint, pod_spec); })) return false;
  return fits_selector(node, pod_spec) && fits_affinity(node, pod_spec);
}

}  // namespace leadsman::capacity
