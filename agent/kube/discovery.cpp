#include "kube/discovery.hpp"

#include "net/message.hpp"

namespace leadsman::kube {

result<std::vector<resource_kind>> parse_resource_list(const json& list) {
  const json& resources = at(list, "/resources");
  if (!resources.is_array()) return fail(errc::invalid_input, "the cluster's answer about its kinds is not an APIResourceList");
  std::vector<resource_kind> kinds;
  for (const json& resource : resources) {
    const std::string plural = text_at(resource, "/name");
    if (plural.empty() || plural.find('/') != std::string::npos) continue;  // "pods/log"
    kinds.push_back({text_at(resource, "/kind"), plural, flag_at(resource, "/namespaced")});
  }
  return kinds;
}

bool discovery_cache::knows(std::string_view api_version) const { return groups_.contains(api_version); }

std::optional<resource_kind> discovery_cache::find(std::string_view api_version, std::string_view kind) const {
  const auto group = groups_.find(api_version);
  if (group == groups_.end()) return std::nullopt;
  for (const resource_kind& known : group->second) {
    if (known.kind == kind) return known;
  }
  return std::nullopt;
}

std::vector<std::string> discovery_cache::kinds(std::string_view api_version) const {
  std::vector<std::string> names;
  const auto group = groups_.find(api_version);
  if (group == groups_.end()) return names;
  for (const resource_kind& known : group->second) names.push_back(known.kind);
  return names;
}

void discovery_cache::put(std::string api_version, std::vector<resource_kind> kinds) {
  groups_.insert_or_assign(std::move(api_version), std::move(kinds));
}

std::string group_path(std::string_view api_version) {
  const size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) return "/api/" + net::percent_encode(api_version);
  return "/apis/" + net::percent_encode(api_version.substr(0, slash)) + "/" + net::percent_encode(api_version.substr(slash + 1));
}

std::string object_path(const object_ref& ref, const resource_kind& kind) {
  std::string path = group_path(ref.api_version);
  if (kind.namespaced && !ref.name_space.empty()) path += "/namespaces/" + net::percent_encode(ref.name_space);
  path += "/" + kind.plural;
  return ref.name.empty() ? path : path + "/" + net::percent_encode(ref.name);
}

}  // namespace leadsman::kube
