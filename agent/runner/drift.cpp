#include <algorithm>

#include "async/task_group.hpp"
#include "runner/observe.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

void erase_marks(json& metadata, const char* map, std::initializer_list<const char*> keys) {
  const auto at = metadata.find(map);
  if (at == metadata.end() || !at->is_object()) return;
  for (const char* key : keys) at->erase(key);
  if (at->empty()) metadata.erase(at);
}

// The path of the first difference: for people, ".metadata.labels.example.com/owner".
std::string first_difference(const json& live, const json& wanted) {
  const json patch = json::diff(live, wanted);
  if (patch.empty()) return "";
  std::string path;
  for (json::json_pointer at(patch.front().value("path", "")); !at.empty(); at.pop_back()) path = "." + at.back() + path;
  return path;
}

// Applying the manifest again, dry, tells what would change: defaults, other managers' fields and unset fields included.
task<result<std::string>> drift_of(kube::client& api, helm::object object) {
  const kube::object_ref ref{object.api_version, object.kind, object.object_namespace, object.name};
  LEADSMAN_CO_TRY(const auto live, co_await api.get(ref));
  const std::string name = object.kind + " " + object.name;
  if (!live) co_return name + " is gone";
  kube::apply_options dry;
  dry.dry_run = true;
  dry.force = true;
  dry.field_validation = "Ignore";
  LEADSMAN_CO_TRY(const json wanted, co_await api.apply(object.text, ref, dry));
  const std::string at = first_difference(manifest_content(*live), manifest_content(wanted));
  co_return at.empty() ? std::string() : name + " differs at " + at;
}

struct search {
  std::vector<helm::object> objects;
  size_t next = 0;
  std::optional<std::string> drift;
  std::optional<error> failed;
};

task<void> search_on(kube::client& api, search& s) {
  while (s.next < s.objects.size() && !s.drift && !s.failed) {
    helm::object object = std::move(s.objects[s.next++]);
    const auto found = co_await drift_of(api, std::move(object));
    if (!found) s.failed = found.error();
    else if (!found->empty()) s.drift = *found;
  }
}

}  // namespace

json manifest_content(json object) {
  object.erase("status");
  json& metadata = object["metadata"];
  if (!metadata.is_object()) return object;
  for (const char* key : {"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"}) metadata.erase(key);
  erase_marks(metadata, "annotations", {"meta.helm.sh/release-name", "meta.helm.sh/release-namespace"});
  erase_marks(metadata, "labels", {"app.kubernetes.io/managed-by"});
  return object;
}

task<result<std::optional<std::string>>> find_drift(kube::client& api, std::vector<helm::object> objects) {
  constexpr size_t k_at_once = 6;
  search s{std::move(objects), 0, std::nullopt, std::nullopt};
  task_group searchers(co_await asio::this_coro::executor);
  for (size_t i = 0; i < std::min(k_at_once, s.objects.size()); ++i) {
    searchers.spawn("drift", [&api, &s] { return search_on(api, s); });
  }
  co_await searchers.join();
  if (s.failed) co_return fail(*s.failed);
  co_return s.drift;
}

}  // namespace leadsman::runner
