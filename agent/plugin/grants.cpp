#include "plugin/grants.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "plugin/untrusted.hpp"

namespace leadsman::plugin {

namespace {

std::string_view group_of(std::string_view api_version) {
  const size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

bool contains(const std::vector<kube::object_ref>& list, const kube::object_ref& ref) {
  return std::ranges::find(list, ref) != list.end();
}

bool is_granted(const kube::object_ref& ref, const router_reach& reach) {
  return std::ranges::any_of(reach.grants, [&](const granted_kind& grant) {
    if (grant.kind != ref.kind || grant.group != group_of(ref.api_version)) return false;
    return ref.name_space == reach.name_space || std::ranges::find(grant.namespaces, ref.name_space) != grant.namespaces.end();
  });
}

std::string grants_text(const router_reach& reach) {
  std::vector<std::string> kinds;
  for (const granted_kind& each : reach.grants) {
    kinds.push_back(to_string(each));
    if (!each.namespaces.empty()) kinds.back() += " (there and in " + join(each.namespaces, ", ") + ")";
  }
  return kinds.empty() ? "nothing" : join(kinds, ", ") + " in the namespace " + reach.name_space;
}

std::unexpected<error> refuse(std::string_view does, const kube::object_ref& ref, const std::string& but) {
  return fail(errc::forbidden, fmt::format("{} {}, {}", does, untrusted(ref.api_version + " " + kube::to_string(ref)), but));
}

result<void> check_reach(std::string_view does, const kube::object_ref& ref, const router_reach& reach) {
  if (is_granted(ref, reach)) return {};
  return refuse(does, ref, "and is granted " + grants_text(reach));
}

}  // namespace

result<void> check_asked(const std::vector<kube::object_ref>& asked, const router_reach& reach) {
  for (const kube::object_ref& each : asked) LEADSMAN_CHECK(check_reach("asks for", each, reach));
  return {};
}

result<void> check_change(const router_change& change, const std::vector<kube::object_ref>& asked,
                          const std::vector<kube::object_ref>& written, const router_reach& reach) {
  for (const nlohmann::json& each : change.write) {
    const kube::object_ref ref = kube::ref_of(each);
    LEADSMAN_CHECK(check_reach("wants to write", ref, reach));
    if (!contains(asked, ref)) return refuse("wants to write", ref, "and never asked for it");
  }
  for (const kube::object_ref& each : change.remove) {
    LEADSMAN_CHECK(check_reach("wants to delete", each, reach));
    if (!contains(written, each)) return refuse("wants to delete", each, "which was not made for it");
  }
  return {};
}

}  // namespace leadsman::plugin
