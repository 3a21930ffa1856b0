#include "twin/instructions.hpp"

#include <algorithm>

#include "helm/manifest.hpp"

namespace leadsman::twin {

using helm::object;
using nlohmann::json;

namespace {

// The pod's own part of what makes pods, or null.
json* pod_spec_in(json& value, const std::string& kind) {
  if (!value.contains("spec")) return nullptr;
  json* spec = &value["spec"];
  if (kind == "Pod") return spec;
  for (const char* below : {"jobTemplate", "template"}) {
    if (!spec->is_object() || !spec->contains(below)) continue;
    json& inner = (*spec)[below];
    if (!inner.is_object() || !inner.contains("spec")) return nullptr;
    spec = &inner["spec"];
    if (std::string_view(below) == "template") return spec;
  }
  return nullptr;
}

void use_account_of_stable(json& value, const object& o, const instructions& how) {
  json* pod = pod_spec_in(value, o.kind);
  if (!pod || !pod->is_object()) return;
  for (const char* key : {"serviceAccountName", "serviceAccount"}) {
    const auto at = pod->find(key);
    if (at == pod->end() || !at->is_string()) continue;
    const auto renamed = how.service_accounts.find(at->get<std::string>());
    if (renamed != how.service_accounts.end()) *at = renamed->second;
  }
}

// Ports of the nodes and of load balancers belong to stable.
void stay_inside(json& value) {
  json& spec = value["spec"];
  if (!spec.is_object()) return;
  const std::string type = spec.value("type", "ClusterIP");
  if (type != "NodePort" && type != "LoadBalancer") return;
  for (const char* outside : {"type", "loadBalancerIP", "loadBalancerClass", "externalIPs", "externalTrafficPolicy", "healthCheckNodePort",
                              "allocateLoadBalancerNodePorts", "loadBalancerSourceRanges"}) {
    spec.erase(outside);
  }
  for (json& port : spec["ports"]) port.erase("nodePort");
}

std::string text_of(const object& o, const instructions& how) {
  json value = o.value;
  if (const auto replicas = how.replicas.find(key_of(o.kind, o.name)); replicas != how.replicas.end()) value["spec"]["replicas"] = replicas->second;
  use_account_of_stable(value, o, how);
  if (o.kind == "Service") stay_inside(value);
  if (value == o.value) return o.text;
  const std::string source = o.source.empty() ? "" : "# Source: " + o.source + "\n";
  return source + value.dump() + "\n";
}

bool lists(const std::vector<std::string>& objects, const std::string& key) { return std::ranges::find(objects, key) != objects.end(); }

}  // namespace

std::string key_of(std::string_view kind, std::string_view name) { return std::string(kind) + " " + std::string(name); }

result<std::string> make_twin(std::string_view manifest, const instructions& how) {
  LEADSMAN_TRY(const auto objects, helm::split_created(manifest, how.release_namespace));
  std::string made;
  for (const object& o : objects) {
    const std::string key = key_of(o.kind, o.name);
    if (lists(how.leave_out, key)) continue;
    if (!lists(how.keep, key)) return fail(errc::refused, "the chart had no " + key + " when it was checked");
    made += "---\n" + text_of(o, how);
  }
  return made;
}

}  // namespace leadsman::twin
