#include "runner/proof.hpp"

#include <algorithm>
#include <map>

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

bool is_scaled(const std::string& kind) { return kind == "Deployment" || kind == "StatefulSet" || kind == "ReplicaSet"; }

wire::proof_check check_replicas(const std::string& name, int wanted, const json& live) {
  const int64_t asked = kube::number_at(live, "/spec/replicas", 1);
  const int64_t ready = kube::number_at(live, "/status/readyReplicas");
  const std::string found = std::to_string(ready) + " ready of " + std::to_string(asked) + " asked for";
  return {"replicas", name, std::to_string(wanted), found, asked == wanted && ready >= wanted};
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
  if (is_scaled(expected.kind) && !scaled_by_autoscaler) {
    checks.push_back(check_replicas(name, expected.replicas.value_or(1), *live));
  }
  return checks;
}

wire::proof_check check_endpoints(const helm::expected_service& service, const kube::service_endpoints& found, bool expects_none) {
  const std::string ready = std::to_string(found.ready) + " ready" + (found.not_ready > 0 ? ", " + std::to_string(found.not_ready) + " not ready" : "");
  return {"endpoints", "Service " + service.name, expects_none ? "any number" : "at least 1 ready", ready, expects_none || found.ready > 0};
}

bool expects_none(const std::vector<helm::expected_workload>& workloads) {
  return std::ranges::all_of(workloads, [](const helm::expected_workload& w) { return w.replicas == 0; });
}

bool has_autoscaler(const std::vector<helm::object>& objects, const helm::expected_workload& w) {
  return std::ranges::any_of(objects, [&](const helm::object& o) {
    return (o.kind == "HorizontalPodAutoscaler" || o.kind == "ScaledObject") && kube::text_at(o.value, "/spec/scaleTargetRef/name") == w.name;
  });
}

bool all_ok(const std::vector<wire::proof_check>& checks) { return std::ranges::all_of(checks, &wire::proof_check::ok); }

std::string first_failure(const std::vector<wire::proof_check>& checks) {
  const auto bad = std::ranges::find(checks, false, &wire::proof_check::ok);
  return bad == checks.end() ? "" : bad->object + ": " + bad->what + " should be " + bad->expected + ", is " + bad->found;
}

}  // namespace leadsman::runner
