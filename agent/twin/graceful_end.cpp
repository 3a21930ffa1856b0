#include "twin/graceful_end.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "helm/member.hpp"
#include "twin/selector.hpp"

namespace leadsman::twin {

using helm::member;
using helm::object;
using nlohmann::json;

namespace {

constexpr int k_usual_grace = 30;  // seconds, Kubernetes' own default

bool any_container(const json& pod, const auto& has) {
  const json& containers = member(pod, "containers");
  return containers.is_array() && std::ranges::any_of(containers, has);
}

// Seconds that a container sleeps before it is told to end; 0 also when it does something else.
int64_t longest_sleep(const json& pod) {
  int64_t longest = 0;
  const json& containers = member(pod, "containers");
  if (!containers.is_array()) return longest;
  for (const json& container : containers) {
    const json& seconds = member(member(member(member(container, "lifecycle"), "preStop"), "sleep"), "seconds");
    if (seconds.is_number_integer()) longest = std::max(longest, seconds.get<int64_t>());
  }
  return longest;
}

std::vector<std::string> missing_in(const json& pod) {
  std::vector<std::string> missing;
  const json& grace = member(pod, "terminationGracePeriodSeconds");
  const int64_t seconds = grace.is_number_integer() ? grace.get<int64_t>() : k_usual_grace;
  const bool waits = any_container(pod, [](const json& c) { return member(member(c, "lifecycle"), "preStop").is_object(); });
  const bool says_ready = any_container(pod, [](const json& c) { return member(c, "readinessProbe").is_object(); });
  if (!waits) missing.emplace_back("lifecycle.preStop, such as sleep: {seconds: 5}: they end while requests are still sent to them");
  if (seconds <= longest_sleep(pod)) missing.push_back("a terminationGracePeriodSeconds above the " + std::to_string(seconds) + " that it is: they are killed before they have answered");
  if (!says_ready) missing.emplace_back("a readinessProbe: requests are sent to them before they can answer");
  return missing;
}

}  // namespace

std::string lacks_graceful_end(const std::vector<object>& objects, const std::string& service) {
  const auto routed = std::ranges::find_if(objects, [&](const object& o) { return o.kind == "Service" && o.name == service; });
  if (routed == objects.end()) return "";
  for (const object& o : objects) {
    const json labels = pod_labels(o);
    if (labels.is_null() || !selects(member(member(routed->value, "spec"), "selector"), labels)) continue;
    const std::vector<std::string> missing = missing_in(helm::pod_spec_of(o));
    if (!missing.empty()) return "requests may fail whenever pods of " + o.kind + " " + o.name + " are replaced, unless the program itself sees to it; they lack " + join(missing, ", and ");
  }
  return "";
}

}  // namespace leadsman::twin
