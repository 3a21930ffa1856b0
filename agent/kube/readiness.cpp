#include "kube/readiness.hpp"

#include <algorithm>

#include "kube/conditions.hpp"
#include "kube/workload_rules.hpp"

namespace leadsman::kube {

namespace {

// A controller replaces a pod that has ended; only one that is still being started can be hopeless.
const pod_status* hopeless_pod(const workload_status& status) {
  const auto found = std::ranges::find_if(
      status.pods, [](const pod_status& pod) { return pod.state == workload_state::failed && pod.phase != "Failed"; });
  return found == status.pods.end() ? nullptr : &*found;
}

void judge_pods(workload_status& status) {
  if (status.state != workload_state::progressing) return;
  const pod_status* const hopeless = hopeless_pod(status);
  if (!hopeless) return;
  status.state = workload_state::failed;
  status.reason = hopeless->reason;
  status.message = "pod " + hopeless->name + ": " + hopeless->message;
}

void apply_rules(const json& object, workload_status& status, const patience& rule, wall_time at_time) {
  if (status.kind == "Deployment") assess_deployment(object, status, rule, at_time);
  else if (status.kind == "StatefulSet") assess_stateful_set(object, status);
  else if (status.kind == "DaemonSet") assess_daemon_set(object, status);
  else if (status.kind == "ReplicaSet") assess_replica_set(object, status, rule, at_time);
  else if (status.kind == "Job") assess_job(object, status);
  else if (status.kind == "Pod") assess_bare_pod(status);
  else assess_other(object, status);
}

}  // namespace

workload_status assess_workload(const json& object, const surroundings& around, const patience& rule, wall_time at_time) {
  const object_ref ref = ref_of(object);
  workload_status status{.kind = ref.kind, .name_space = ref.name_space, .name = ref.name};
  for (const json* pod : current_pods(object, around)) status.pods.push_back(assess_pod(*pod, rule, at_time));
  std::ranges::sort(status.pods, {}, &pod_status::name);
  if (at(object, "/metadata/deletionTimestamp").is_string()) {
    status.reason = "Terminating";
    status.message = "is being deleted";
    return status;
  }
  const bool has_controller =
      status.kind == "Deployment" || status.kind == "StatefulSet" || status.kind == "DaemonSet" || status.kind == "ReplicaSet";
  const int64_t generation = number_at(object, "/metadata/generation");
  if (number_at(object, "/status/observedGeneration", has_controller ? 0 : generation) < generation) {
    status.reason = k_not_observed;
    status.message = "its controller has not seen the newest spec yet";
    return status;
  }
  apply_rules(object, status, rule, at_time);
  if (has_controller) judge_pods(status);
  return status;
}

json to_json(const workload_status& status) {
  json pods = json::array();
  for (const pod_status& pod : status.pods) pods.push_back(to_json(pod));
  return {{"kind", status.kind},
          {"namespace", status.name_space},
          {"name", status.name},
          {"desired", status.desired},
          {"updated", status.updated},
          {"ready", status.ready},
          {"available", status.available},
          {"state", to_string(status.state)},
          {"reason", status.reason},
          {"message", status.message},
          {"pods", std::move(pods)}};
}

}  // namespace leadsman::kube
