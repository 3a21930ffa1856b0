#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace leadsman::kube {

using json = nlohmann::json;

// Which object of a cluster.
struct object_ref {
  std::string api_version;    // "apps/v1", "v1"
  std::string kind;           // "Deployment"
  std::string name_space{};   // empty for cluster-scoped kinds
  std::string name{};

  friend auto operator<=>(const object_ref&, const object_ref&) = default;
};

// "Deployment shop/web", "Namespace shop"
std::string to_string(const object_ref& ref);

// From apiVersion, kind and metadata; missing parts are empty.
object_ref ref_of(const json& object);

// Reads of untyped objects that never throw: an absent path or another type is the fallback.
// at(pod, "/status/phase") walks a JSON pointer; null when absent.
const json& at(const json& object, std::string_view pointer);
std::string text_at(const json& object, std::string_view pointer, std::string_view fallback = {});
int64_t number_at(const json& object, std::string_view pointer, int64_t fallback = 0);
bool flag_at(const json& object, std::string_view pointer, bool fallback = false);

// Whether workloads of this kind say how many pods they are to have; and how many this one says, one when it does not.
bool has_replicas(std::string_view kind);
int replicas_of(const json& workload);

// The labels of `object` as they would stand in a selector.
std::string label_of(const json& object, std::string_view key);
std::string annotation_of(const json& object, std::string_view key);

// matchLabels as "a=b,c=d"; matchExpressions too: "tier in (x,y)". Empty selects everything.
std::string selector_text(const json& label_selector);

// What all of these LabelSelectors ask for in matchLabels: whatever fits one of them fits that, as a LabelSelector too.
json common_selector(const std::vector<json>& label_selectors);

// Whether `labels` fit a LabelSelector ({matchLabels, matchExpressions}).
bool selects(const json& label_selector, const json& labels);

}  // namespace leadsman::kube
