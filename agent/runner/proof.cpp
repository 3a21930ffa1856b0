#include "runner/proof.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

const json& pod_spec(const helm::expected_workload& w, const json& live) {
  if (w.kind == "Pod") return kube::at(live, "/spec");
  if (w.kind == "CronJob") return kube::at(live, "/spec/jobTemplate/spec/template/spec");
  return kube::at(live, "/spec/template/spec");
}

std::map<std::string, std::string> images_of(const json& spec) {
  std::map<std::string, std::string> images;
  for (const char* list : {"/initContainers", "/containers"}) {
    for (const json& c : kube::at(spec, list)) images[kube::text_at(c, "/name")] = kube::text_at(c, "/image");
  }
  return images;
}

// Without a wanted number it is the cluster's, or that of an autoscaler that is not of this manifest.
wire::proof_check check_replicas(const std::string& name, std::optional<int> wanted, const json& live) {
  const int64_t asked = kube::replicas_of(live);
  const int64_t ready = kube::number_at(live, "/status/readyReplicas");
  const std::string found = std::to_string(ready) + " ready of " + std::to_string(asked) + " asked for";
  const std::string expected = wanted ? std::to_string(*wanted) : "all that are asked for";
  return {"replicas", name, expected, found, asked == wanted.value_or(asked) && ready >= asked};
}

json pod_labels(const helm::object& workload) {
  return kube::at(workload.value, workload.kind == "Pod" ? "/metadata/labels" : "/spec/template/metadata/labels");
}

json selector_of(const std::vector<helm::object>& objects, const helm::expected_service& service) {
  const auto at = std::ranges::find_if(objects, [&](const helm::object& o) {
    return o.kind == "Service" && o.name == service.name && o.object_namespace == service.service_namespace;
  });
  return {{"matchLabels", at == objects.end() ? json() : kube::at(at->value, "/spec/selector")}};
}

bool is_scaled_by(const helm::object& scaler, const helm::object& workload) {
  if (scaler.kind != "HorizontalPodAutoscaler" && scaler.kind != "ScaledObject") return false;
  return scaler.object_namespace == workload.object_namespace &&
         kube::text_at(scaler.value, "/spec/scaleTargetRef/name") == workload.name &&
         kube::text_at(scaler.value, "/spec/scaleTargetRef/kind", "Deployment") == workload.kind;
}

bool may_have_no_pods(const std::vector<helm::object>& objects, const helm::object& workload) {
  if (!kube::has_replicas(workload.kind)) return false;
  if (kube::replicas_of(workload.value) == 0) return true;
  return std::ranges::any_of(objects, [&](const helm::object& o) {
    return o.kind == "ScaledObject" && is_scaled_by(o, workload) && kube::number_at(o.value, "/spec/minReplicaCount") == 0;
  });
}

}  // namespace

std::vector<wire::proof_check> check_workload(const helm::expected_workload& expected, const std::optional<json>& live,
                                              bool scaled_by_autoscaler) {
  const std::string name = expected.kind + " " + expected.name;
  if (!live) return {{"exists", name, "present", "gone", false}};
  std::vector<wire::proof_check> checks;
  const std::map<std::string, std::string> found = images_of(pod_spec(expected, *live));
  for (const auto& [container, image] : expected.images) {
    const auto at = found.find(container);
    const std::string is = at == found.end() ? "no such container" : at->second;
    checks.push_back({"image", name + " container " + container, image, is, is == image});
  }
  if (kube::has_replicas(expected.kind) && !scaled_by_autoscaler) {
    checks.push_back(check_replicas(name, expected.replicas, *live));
  }
  return checks;
}

wire::proof_check check_endpoints(const helm::expected_service& service, const kube::service_endpoints& found, bool expects_none) {
  const std::string ready = std::to_string(found.ready) + " ready" + (found.not_ready > 0 ? ", " + std::to_string(found.not_ready) + " not ready" : "");
  return {"endpoints", "Service " + service.name, expects_none ? "any number" : "at least 1 ready", ready, expects_none || found.ready > 0};
}

bool expects_none(const std::vector<helm::object>& objects, const helm::expected_service& service) {
  const json selector = selector_of(objects, service);
  std::vector<const helm::object*> all, behind;
  for (const helm::object& o : objects) {
    if (!is_any(o.kind, {"Deployment", "StatefulSet", "ReplicaSet", "DaemonSet", "Pod"})) continue;
    all.push_back(&o);
    if (kube::selects(selector, pod_labels(o))) behind.push_back(&o);
  }
  return std::ranges::all_of(behind.empty() ? all : behind, [&](const helm::object* o) { return may_have_no_pods(objects, *o); });
}

bool has_autoscaler(const std::vector<helm::object>& objects, const helm::expected_workload& w) {
  helm::object workload;
  workload.kind = w.kind;
  workload.name = w.name;
  workload.object_namespace = w.workload_namespace;
  return std::ranges::any_of(objects, [&](const helm::object& o) { return is_scaled_by(o, workload); });
}

std::vector<wire::proof_check> check_rolled_out(const std::vector<helm::object>& objects, const std::vector<kube::workload_status>& live) {
  std::vector<wire::proof_check> checks;
  for (const kube::workload_status& w : live) {
    const bool over = !kube::is_unready(w.state);
    const bool being_scaled = w.reason == kube::k_not_available && w.available > 0 && has_autoscaler(objects, {"", w.kind, w.name_space, w.name, {}, {}});
    checks.push_back({"rollout", w.kind + " " + w.name, "over", w.message, over || being_scaled});
  }
  return checks;
}

bool all_ok(const std::vector<wire::proof_check>& checks) { return std::ranges::all_of(checks, &wire::proof_check::ok); }

std::string first_failure(const std::vector<wire::proof_check>& checks) {
  const auto bad = std::ranges::find(checks, false, &wire::proof_check::ok);
  return bad == checks.end() ? "" : bad->object + ": " + bad->what + " should be " + bad->expected + ", is " + bad->found;
}

}  // namespace leadsman::runner
