#include "kube/workload_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kube/conditions.hpp"

namespace leadsman::kube {

namespace {

int count_at(const json& object, std::string_view pointer, int fallback = 0) {
  return static_cast<int>(number_at(object, pointer, fallback));
}

void conclude(workload_status& status, workload_state state, std::string reason, std::string message) {
  status.state = state;
  status.reason = std::move(reason);
  status.message = std::move(message);
}

void progress(workload_status& status, std::string reason, std::string message) {
  conclude(status, workload_state::progressing, std::move(reason), std::move(message));
}

std::string available_text(const workload_status& status) {
  return fmt::format("{} of {} {} available", status.available, status.desired, status.desired == 1 ? "pod is" : "pods are");
}

// Pods that cannot be created (quota, an admission webhook): hopeless when it has lasted.
bool cannot_create(const json& object, workload_status& status, const patience& rule, wall_time at_time) {
  const json& failure = condition(object, "ReplicaFailure");
  if (!is_true(failure)) return false;
  const wall_time since = time_at(failure, "/lastTransitionTime").value_or(at_time);
  const auto state = at_time - since >= rule.replica_failure ? workload_state::failed : workload_state::progressing;
  conclude(status, state, text_at(failure, "/reason", "FailedCreate"), text_at(failure, "/message"));
  return true;
}

}  // namespace

void assess_deployment(const json& object, workload_status& status, const patience& rule, wall_time at_time) {
  status.desired = count_at(object, "/spec/replicas", 1);
  status.updated = count_at(object, "/status/updatedReplicas");
  status.ready = count_at(object, "/status/readyReplicas");
  const int all = count_at(object, "/status/replicas");
  const int all_available = count_at(object, "/status/availableReplicas");
  status.available = all > status.updated ? std::min(all_available, status.updated) : all_available;
  const json& progressing = condition(object, "Progressing");
  if (flag_at(object, "/spec/paused")) return progress(status, "Paused", "is paused");
  if (text_at(progressing, "/reason") == "ProgressDeadlineExceeded") {
    return conclude(status, workload_state::failed, "ProgressDeadlineExceeded",
                    "made no progress within its progressDeadlineSeconds: " + available_text(status));
  }
  if (status.updated >= status.desired && all <= status.updated && all_available >= status.desired) {
    return conclude(status, workload_state::ready, "Available", available_text(status));
  }
  if (cannot_create(object, status, rule, at_time)) return;
  if (status.updated < status.desired) {
    return progress(status, "Updating", fmt::format("{} of {} pods are of the new version", status.updated, status.desired));
  }
  if (all > status.updated) {
    return progress(status, "OldPodsRemain", fmt::format("{} old pods are still to end", all - status.updated));
  }
  progress(status, std::string(k_not_available), available_text(status));
}

void assess_replica_set(const json& object, workload_status& status, const patience& rule, wall_time at_time) {
  status.desired = count_at(object, "/spec/replicas", 1);
  status.updated = count_at(object, "/status/replicas");
  status.ready = count_at(object, "/status/readyReplicas");
  status.available = count_at(object, "/status/availableReplicas");
  if (status.available >= status.desired && status.updated == status.desired) {
    return conclude(status, workload_state::ready, "Available", available_text(status));
  }
  if (cannot_create(object, status, rule, at_time)) return;
  progress(status, std::string(k_not_available), available_text(status));
}

void assess_stateful_set(const json& object, workload_status& status) {
  status.desired = count_at(object, "/spec/replicas", 1);
  status.updated = count_at(object, "/status/updatedReplicas");
  status.ready = count_at(object, "/status/readyReplicas");
  status.available = count_at(object, "/status/availableReplicas", status.ready);
  const int all = count_at(object, "/status/replicas");
  if (text_at(object, "/spec/updateStrategy/type") == "OnDelete") {
    if (status.ready >= status.desired && all == status.desired) {
      return conclude(status, workload_state::ready, "OnDelete",
                      available_text(status) + "; pods get the new version when they are deleted");
    }
    return progress(status, std::string(k_not_available), available_text(status));
  }
  const int partition = std::min(count_at(object, "/spec/updateStrategy/rollingUpdate/partition"), status.desired);
  const int to_update = status.desired - partition;
  if (status.updated < to_update) {
    return progress(status, "Updating", fmt::format("{} of {} pods are of the new version", status.updated, to_update));
  }
  if (status.ready < status.desired || status.available < status.desired) {
    return progress(status, std::string(k_not_available), available_text(status));
  }
  if (all > status.desired) {
    return progress(status, "OldPodsRemain", fmt::format("{} pods are still to end", all - status.desired));
  }
  const bool settled = text_at(object, "/status/currentRevision") == text_at(object, "/status/updateRevision");
  if (partition == 0 && !settled) return progress(status, "Updating", "the last pods are being updated");
  const std::string kept = partition > 0 ? fmt::format("; {} keep the old version (partition)", partition) : "";
  conclude(status, workload_state::ready, "Available", available_text(status) + kept);
}

void assess_daemon_set(const json& object, workload_status& status) {
  status.desired = count_at(object, "/status/desiredNumberScheduled");
  status.updated = count_at(object, "/status/updatedNumberScheduled");
  status.ready = count_at(object, "/status/numberReady");
  status.available = count_at(object, "/status/numberAvailable");
  const bool on_delete = text_at(object, "/spec/updateStrategy/type") == "OnDelete";
  if (at(object, "/status/observedGeneration").is_null()) {
    return progress(status, std::string(k_not_observed), "its controller has not seen it yet");
  }
  if (!on_delete && status.updated < status.desired) {
    return progress(status, "Updating", fmt::format("{} of {} pods are of the new version", status.updated, status.desired));
  }
  if (status.available < status.desired) return progress(status, std::string(k_not_available), available_text(status));
  conclude(status, workload_state::ready, on_delete ? "OnDelete" : "Available", available_text(status));
}

void assess_job(const json& object, workload_status& status) {
  status.desired = count_at(object, "/spec/completions", count_at(object, "/spec/parallelism", 1));
  status.updated = count_at(object, "/status/active");
  status.ready = status.available = count_at(object, "/status/succeeded");
  const json& failed = condition(object, "Failed");
  if (is_true(failed)) {
    return conclude(status, workload_state::failed, text_at(failed, "/reason", "Failed"), text_at(failed, "/message"));
  }
  if (is_true(condition(object, "Complete"))) {
    return conclude(status, workload_state::ready, "Complete", fmt::format("{} of {} completed", status.ready, status.desired));
  }
  if (is_true(condition(object, "Suspended"))) return progress(status, "Suspended", "is suspended");
  progress(status, "Running",
           fmt::format("{} running, {} of {} completed, {} failed", status.updated, status.ready, status.desired,
                       number_at(object, "/status/failed")));
}

void assess_bare_pod(workload_status& status) {
  const pod_status& pod = status.pods.front();
  status.desired = status.updated = 1;
  status.ready = status.available = pod.state == workload_state::ready ? 1 : 0;
  conclude(status, pod.state, pod.reason.empty() ? pod.phase : pod.reason, pod.message);
}

namespace {

bool assess_claim(const json& object, workload_status& status) {
  if (status.kind != "PersistentVolumeClaim") return false;
  const std::string phase = text_at(object, "/status/phase", "Pending");
  if (phase == "Bound") conclude(status, workload_state::ready, phase, "is bound to a volume");
  else if (phase == "Lost") conclude(status, workload_state::failed, phase, "its volume is lost");
  else progress(status, phase, "is not bound to a volume yet (some classes wait for the first pod)");
  return true;
}

}  // namespace

void assess_other(const json& object, workload_status& status) {
  if (assess_claim(object, status)) return;
  const json& stalled = condition(object, "Stalled");
  if (is_true(stalled)) {
    return conclude(status, workload_state::failed, text_at(stalled, "/reason", "Stalled"), text_at(stalled, "/message"));
  }
  const json& reconciling = condition(object, "Reconciling");
  if (is_true(reconciling)) {
    return progress(status, text_at(reconciling, "/reason", "Reconciling"), text_at(reconciling, "/message"));
  }
  for (const char* type : {"Ready", "Established", "Available"}) {
    const json& c = condition(object, type);
    if (c.is_null()) continue;
    const auto state = is_true(c) ? workload_state::ready : workload_state::progressing;
    return conclude(status, state, text_at(c, "/reason", type), text_at(c, "/message"));
  }
  conclude(status, workload_state::unjudged, "NotJudged", "its kind does not say whether it is ready");
}

}  // namespace leadsman::kube
