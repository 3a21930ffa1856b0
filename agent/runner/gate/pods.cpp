#include "runner/gate/pods.hpp"

#include <set>

#include "analysis/subjects.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

bool serves(const json& pod) {
  const std::string phase = kube::text_at(pod, "/status/phase");
  return phase != "Succeeded" && phase != "Failed" && kube::annotation_of(pod, "helm.sh/hook").empty();
}

// A Deployment's pods carry the hash of their template, which differs from revision to revision; all have an ending of their own.
std::string name_without_endings(const json& pod) {
  constexpr const char* k_ending = "[a-z0-9]+";
  std::string begin = kube::text_at(pod, "/metadata/generateName");
  if (begin.empty()) return kube::text_at(pod, "/metadata/name");
  const std::string hash = kube::label_of(pod, "pod-template-hash");
  if (hash.empty() || !begin.ends_with(hash + "-")) return begin + k_ending;
  begin.resize(begin.size() - hash.size() - 1);
  return begin + k_ending + "-" + k_ending;
}

std::vector<std::string> sorted(std::set<std::string> names) { return {names.begin(), names.end()}; }

std::string selector_of(const json& service) {
  return kube::selector_text({{"matchLabels", kube::at(service, "/spec/selector")}});
}

}  // namespace

pod_names names_of(const std::vector<json>& pods) {
  std::set<std::string> now, whenever;
  for (const json& pod : pods) {
    if (!serves(pod)) continue;
    now.insert(kube::text_at(pod, "/metadata/name"));
    whenever.insert(name_without_endings(pod));
  }
  return {analysis::pods_named(sorted(now)), analysis::pods_named(sorted(whenever))};
}

task<result<pod_names>> pods_of_service(kube::client& api, std::string name_space, std::string service) {
  const kube::object_ref ref{"v1", "Service", name_space, service};
  LEADSMAN_CO_TRY(const auto found, co_await api.get(ref));
  if (!found) co_return fail(errc::not_found, "there is no Service '" + service + "' in namespace '" + name_space + "'");
  kube::list_query wanted{"v1", "Pod", name_space, selector_of(*found), {}};
  if (wanted.label_selector.empty()) co_return fail(errc::invalid_input, "Service '" + service + "' has no selector: which pods are its own is not known");
  auto listing = api.list(std::move(wanted));
  LEADSMAN_CO_TRY(const kube::object_list pods, co_await std::move(listing));
  co_return names_of(pods.items);
}

}  // namespace leadsman::runner
