#include "runner/permission/needs.hpp"

#include "base/text.hpp"

namespace leadsman::runner {

namespace {

struct need {
  const char* verbs;
  const char* group;
  const char* resource;
  const char* why;
};

// The agent's chart grants all of these: tests/chart reads this table.
constexpr need k_own_needs[]{
    {"get create patch", "coordination.k8s.io", "leases", "the lease of a release"},
    {"get create update", "", "configmaps", "the ledger of a release"},
    {"get list create update delete", "", "secrets", "helm's record of a release"},
    {"get list watch", "", "pods", "progress and evidence"},
    {"get", "", "pods/log", "logs of tests and of what failed"},
    {"list", "", "events", "evidence"},
    {"list watch", "apps", "replicasets", "progress and evidence"},
    {"list", "discovery.k8s.io", "endpointslices", "proof of a rollback"},
};

// Looked at before it is made (get), made and changed by server-side apply (create, patch), waited for by watching all of
// its kind (list, watch), removed when a newer chart or the way back has it no more (delete).
constexpr const char* k_object_verbs = "get list watch create patch delete";

bool is_of_one_object(std::string_view verb) { return is_any(verb, {"get", "patch", "update", "delete"}); }

void add(std::vector<permission>& to, std::string_view verbs, kube::access_question what, const std::string& why) {
  const std::string name = what.name;
  for (const std::string_view verb : split(verbs, ' ')) {
    what.verb = verb;
    what.name = is_of_one_object(verb) ? name : "";
    to.push_back({what, why});
  }
}

std::string group_of(const std::string& api_version) {
  const size_t slash = api_version.find('/');
  return slash == std::string::npos ? "" : api_version.substr(0, slash);
}

}  // namespace

std::vector<permission> own_permissions(const std::string& name_space) {
  std::vector<permission> all;
  for (const need& n : k_own_needs) {
    const std::string_view resource = n.resource;
    const size_t slash = resource.find('/');
    kube::access_question what{.verb = "", .group = n.group, .resource = std::string(resource.substr(0, slash)), .name_space = name_space};
    if (slash != std::string_view::npos) what.subresource = resource.substr(slash + 1);
    add(all, n.verbs, what, n.why);
  }
  return all;
}

std::vector<permission> object_permissions(const kube::object_ref& ref, const kube::resource_kind& kind) {
  const kube::access_question what{.verb = "", .group = group_of(ref.api_version), .resource = kind.plural, .name_space = kind.namespaced ? ref.name_space : "", .name = ref.name};
  std::vector<permission> all;
  add(all, k_object_verbs, what, ref.kind + " " + ref.name);
  return all;
}

std::vector<permission> route_permissions(const kube::object_ref& ref, const kube::resource_kind& kind) {
  const kube::access_question what{.verb = "", .group = group_of(ref.api_version), .resource = kind.plural, .name_space = ref.name_space};
  std::vector<permission> all;
  add(all, "get update patch", what, "the route");
  return all;
}

std::vector<permission> scale_permissions(const kube::object_ref& ref, const kube::resource_kind& kind) {
  const kube::access_question what{.verb = "", .group = group_of(ref.api_version), .resource = kind.plural, .subresource = "scale", .name_space = ref.name_space, .name = ref.name};
  std::vector<permission> all;
  add(all, "patch", what, "the canary's pods follow its weight");
  return all;
}

std::vector<permission> definition_permissions() {
  const kube::access_question what{.verb = "", .group = "apiextensions.k8s.io", .resource = "customresourcedefinitions"};
  std::vector<permission> all;
  add(all, "get list watch create patch", what, "the chart's crds/");
  return all;
}

std::string resource_text(const kube::access_question& what) {
  return what.resource + (what.subresource.empty() ? "" : "/" + what.subresource) + (what.group.empty() ? "" : "." + what.group);
}

std::string to_string(const kube::access_question& what) { return what.verb + " " + resource_text(what); }

}  // namespace leadsman::runner
