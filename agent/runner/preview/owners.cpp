#include "runner/preview/owners.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

// How a controller that keeps objects as they are somewhere else marks those that it keeps.
struct mark {
  enum class on { label,
                  annotation } where;
  std::string_view key;
  std::string_view who;
};

constexpr std::array k_marks{
    mark{mark::on::annotation, "argocd.argoproj.io/tracking-id", "Argo CD"},
    mark{mark::on::label, "argocd.argoproj.io/instance", "Argo CD"},
    mark{mark::on::label, "kustomize.toolkit.fluxcd.io/name", "Flux (Kustomization)"},
    mark{mark::on::label, "helm.toolkit.fluxcd.io/name", "Flux (HelmRelease)"},
    mark{mark::on::annotation, "objectset.rio.cattle.io/id", "Rancher Fleet"},
    mark{mark::on::annotation, "config.k8s.io/owning-inventory", "a GitOps inventory"},
    mark{mark::on::annotation, "configmanagement.gke.io/managed", "Config Sync"},
};

struct writer {
  std::string_view manager;  // of fields, its beginning
  std::string_view who;
};

constexpr std::array k_writers{
    writer{"argocd", "Argo CD"},
    writer{"kustomize-controller", "Flux (Kustomization)"},
    writer{"helm-controller", "Flux (HelmRelease)"},
    writer{"fleetagent", "Rancher Fleet"},
};

// Those who set something of its spec, each once, the newest last.
std::vector<std::string> managers_of(const json& object) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const json& entry : kube::at(object, "/metadata/managedFields")) {
    const bool of_spec = kube::at(entry, "/fieldsV1").is_object() && kube::at(entry, "/fieldsV1").contains("f:spec");
    const std::string name = kube::text_at(entry, "/manager");
    if (of_spec && !name.empty() && kube::text_at(entry, "/subresource").empty()) found.emplace_back(kube::text_at(entry, "/time"), name);
  }
  std::ranges::sort(found);
  std::vector<std::string> names;
  for (const auto& [time, name] : found) {
    std::erase(names, name);
    names.push_back(name);
  }
  return names;
}

// "Argo CD (shop)"
std::optional<std::string> keeper_of(const json& object, const std::vector<std::string>& managers) {
  for (const mark& m : k_marks) {
    const std::string key(m.key);
    const std::string value = m.where == mark::on::label ? kube::label_of(object, key) : kube::annotation_of(object, key);
    if (!value.empty()) return std::string(m.who) + " (" + truncate(value.substr(0, value.find(':')), 60) + ")";
  }
  for (const writer& w : k_writers) {
    if (std::ranges::any_of(managers, [&](const std::string& name) { return name.starts_with(w.manager); })) return std::string(w.who);
  }
  for (const json& owner : kube::at(object, "/metadata/ownerReferences")) {
    if (kube::flag_at(owner, "/controller")) return "the controller of its owner, " + kube::text_at(owner, "/kind") + " " + kube::text_at(owner, "/name");
  }
  return std::nullopt;
}

wire::check owner_row(const json& object, const std::vector<helm::object>& rendered) {
  const kube::object_ref ref = kube::ref_of(object);
  const std::string name = ref.kind + " " + ref.name;
  const std::vector<std::string> managers = managers_of(object);
  const std::string written = managers.empty() ? "" : ", written by " + join(managers, ", ");
  const bool own = std::ranges::any_of(rendered, [&](const helm::object& o) { return o.kind == ref.kind && o.name == ref.name && o.object_namespace == ref.name_space; });
  if (own) {
    return wire::doubtful("route", name + " is made by this release's own chart" + written + ": the upgrade of stable sets it back to what the chart says, all traffic to stable, before the new version was tested there",
                          "take it out of the chart, and make it beside the release");
  }
  if (const auto keeper = keeper_of(object, managers)) {
    return wire::doubtful("route", name + written + " is kept as it is by " + *keeper + ", which would set the weights back",
                          "have it leave the route's rules alone (Argo CD: ignoreDifferences with RespectIgnoreDifferences; Flux: kustomize.toolkit.fluxcd.io/ssa: IfNotPresent)");
  }
  const std::string release = kube::annotation_of(object, "meta.helm.sh/release-name");
  if (!release.empty()) return wire::well("route", name + " belongs to the Helm release " + release + written + "; do not upgrade that one meanwhile");
  return wire::well("route", name + written);
}

}  // namespace

wire::checks owner_rows(const std::vector<json>& route, const std::vector<helm::object>& rendered) {
  wire::checks rows;
  for (const json& object : route) rows.push_back(owner_row(object, rendered));
  return rows;
}

}  // namespace leadsman::runner
