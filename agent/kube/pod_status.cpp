#include "kube/pod_status.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "kube/conditions.hpp"

namespace leadsman::kube {

std::string_view to_string(workload_state state) {
  switch (state) {
    case workload_state::progressing: return "progressing";
    case workload_state::ready: return "ready";
    case workload_state::failed: return "failed";
    case workload_state::unjudged: return "unjudged";
  }
  return "unknown";
}

bool is_unready(workload_state state) { return state == workload_state::progressing || state == workload_state::failed; }

namespace {

// Since when the kubelet has tried to start what is waiting: the pod was scheduled, and whatever ran before has ended.
wall_time trying_since(const json& pod, wall_time at_time) {
  wall_time since = time_at(condition(pod, "PodScheduled"), "/lastTransitionTime")
                        .value_or(time_at(pod, "/metadata/creationTimestamp").value_or(at_time));
  for (const char* list : {"/status/initContainerStatuses", "/status/containerStatuses"}) {
    for (const json& status : at(pod, list)) {
      for (const char* ended : {"/state/terminated/finishedAt", "/lastState/terminated/finishedAt"}) {
        since = std::max(since, time_at(status, ended).value_or(since));
      }
    }
  }
  return since;
}

// The program is not in the image, may not be executed, or is none for this machine.
bool could_not_start(const json& terminated) { return is_any(text_at(terminated, "/reason"), {"StartError", "ContainerCannotRun"}); }

// A container that has ended so often will go on ending.
bool is_hopeless(const json& status, const json& ended, const patience& rule) {
  return number_at(status, "/restartCount") >= (could_not_start(ended) ? rule.failed_starts : rule.restarts);
}

struct problem {
  std::string reason, message;
  bool hopeless = false;
};

problem describe_ended(const std::string& container, const json& terminated, bool hopeless) {
  const int64_t code = number_at(terminated, "/exitCode");
  if (text_at(terminated, "/reason") == "OOMKilled") {
    return {"OOMKilled", "container " + container + " was killed for using too much memory", hopeless};
  }
  const std::string said = text_at(terminated, "/message");
  if (could_not_start(terminated)) return {"StartError", "container " + container + " cannot be started: " + said, hopeless};
  return {text_at(terminated, "/reason", "Error"),
          "container " + container + " ended with exit code " + std::to_string(code) + (said.empty() ? "" : ": " + said),
          hopeless};
}

problem describe_waiting(const std::string& container, const json& status, const patience& rule,
                         std::chrono::milliseconds tried) {
  const std::string reason = text_at(status, "/state/waiting/reason");
  const std::string message = text_at(status, "/state/waiting/message");
  const std::string words = "container " + container + ": " + (message.empty() ? reason : message);
  if (is_any(reason, {"", "ContainerCreating", "PodInitializing"})) return {};
  if (is_any(reason, {"ErrImageNeverPull", "InvalidImageName"})) return {reason, words, true};
  if (is_any(reason, {"ErrImagePull", "ImagePullBackOff"})) return {reason, words, tried >= rule.image_pull};
  const json& last = at(status, "/lastState/terminated");
  if (reason == "CrashLoopBackOff" || could_not_start(last)) {
    problem ended = describe_ended(container, last, is_hopeless(status, last, rule));
    if (!is_any(ended.reason, {"OOMKilled", "StartError"})) ended.reason = reason;
    return ended;
  }
  return {reason, words, tried >= rule.container_config};  // CreateContainerConfigError, CreateContainerError, …
}

// What is wrong with one container; no reason when nothing is.
problem assess_container(const json& status, const patience& rule, std::chrono::milliseconds tried) {
  const std::string name = text_at(status, "/name");
  if (at(status, "/state/waiting").is_object()) return describe_waiting(name, status, rule, tried);
  const json& terminated = at(status, "/state/terminated");
  if (terminated.is_object() && number_at(terminated, "/exitCode") != 0) {
    return describe_ended(name, terminated, is_hopeless(status, terminated, rule));
  }
  if (at(status, "/state/running").is_object() && !flag_at(status, "/ready")) {
    return {"ContainerNotReady", "container " + name + " is not ready", false};
  }
  return {};
}

bool is_sidecar(const json& init_container) { return text_at(init_container, "/restartPolicy") == "Always"; }

bool is_sidecar(const json& pod, const json& status) {
  return std::ranges::any_of(at(pod, "/spec/initContainers"),
                             [&](const json& c) { return is_sidecar(c) && text_at(c, "/name") == text_at(status, "/name"); });
}

void count_containers(const json& pod, pod_status& status) {
  const json& inits = at(pod, "/spec/initContainers");
  status.containers =
      static_cast<int>(at(pod, "/spec/containers").size() +
                       static_cast<size_t>(std::ranges::count_if(inits, [](const json& c) { return is_sidecar(c); })));
  for (const json& c : at(pod, "/status/containerStatuses")) {
    status.ready_containers += flag_at(c, "/ready") ? 1 : 0;
    status.restarts += static_cast<int>(number_at(c, "/restartCount"));
  }
  for (const json& c : at(pod, "/status/initContainerStatuses")) {
    status.ready_containers += is_sidecar(pod, c) && flag_at(c, "/ready") ? 1 : 0;
    status.restarts += static_cast<int>(number_at(c, "/restartCount"));
  }
}

// The worst there is: something hopeless, else the first problem, init containers first.
problem worst_problem(const json& pod, const patience& rule, wall_time at_time) {
  const json& scheduled = condition(pod, "PodScheduled");
  if (text_at(scheduled, "/status") == "False") {
    return {text_at(scheduled, "/reason", "Unschedulable"), text_at(scheduled, "/message"), false};
  }
  const auto tried = at_time - trying_since(pod, at_time);
  problem worst;
  for (const char* list : {"/status/initContainerStatuses", "/status/containerStatuses"}) {
    for (const json& status : at(pod, list)) {
      const bool waits_for_init = std::string_view(list) == "/status/initContainerStatuses" &&
                                  at(status, "/state/running").is_object() && !is_sidecar(pod, status);
      problem found = waits_for_init
                          ? problem{"Initializing", "init container " + text_at(status, "/name") + " is running", false}
                          : assess_container(status, rule, tried);
      if (!found.reason.empty() && (worst.reason.empty() || (found.hopeless && !worst.hopeless))) worst = std::move(found);
    }
  }
  return worst;
}

}  // namespace

pod_status assess_pod(const json& pod, const patience& rule, wall_time at_time) {
  pod_status status{.name = text_at(pod, "/metadata/name"), .phase = text_at(pod, "/status/phase", "Pending")};
  count_containers(pod, status);
  const wall_time created = time_at(pod, "/metadata/creationTimestamp").value_or(at_time);
  status.age = std::max(std::chrono::seconds(0), std::chrono::duration_cast<std::chrono::seconds>(at_time - created));
  if (at(pod, "/metadata/deletionTimestamp").is_string()) {
    status.phase = "Terminating";
    return status;
  }
  if (status.phase == "Succeeded") {
    status.state = workload_state::ready;
    return status;
  }
  const problem worst = worst_problem(pod, rule, at_time);
  status.reason = text_at(pod, "/status/reason", worst.reason);  // "Evicted"
  status.message = text_at(pod, "/status/message", worst.message);
  if (status.phase == "Failed" || worst.hopeless) status.state = workload_state::failed;
  else if (is_true(condition(pod, "Ready"))) status.state = workload_state::ready;
  return status;
}

json to_json(const pod_status& status) {
  return {{"name", status.name},
          {"phase", status.phase},
          {"readyContainers", status.ready_containers},
          {"containers", status.containers},
          {"restarts", status.restarts},
          {"reason", status.reason},
          {"message", status.message},
          {"ageSeconds", status.age.count()},
          {"state", to_string(status.state)}};
}

}  // namespace leadsman::kube
