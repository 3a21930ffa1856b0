#include "kube/headline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"

namespace leadsman::kube {

namespace {

using cause = std::optional<std::string>;
constexpr size_t k_limit = 300;

std::string_view after(std::string_view text, std::string_view mark) {
  const size_t found = text.find(mark);
  return found == std::string_view::npos ? std::string_view() : text.substr(found + mark.size());
}

std::string restarts_text(int restarts) {
  return restarts == 0 ? "" : fmt::format(", {} restart{}", restarts, restarts == 1 ? "" : "s");
}

std::string name_of(const container_evidence& c) { return (c.init ? "init container " : "container ") + c.container; }

const event_line* find_event(const workload_evidence& about, std::string_view reason, std::string_view begins = {}) {
  const auto found = std::ranges::find_if(
      about.events, [&](const event_line& e) { return e.reason == reason && e.message.starts_with(begins); });
  return found == about.events.end() ? nullptr : &*found;
}

}  // namespace

std::string pull_cause(std::string_view message) {
  if (const auto inner = after(message, "ErrImagePull: "); !inner.empty()) message = inner;
  if (message.starts_with("Back-off pulling image")) message = {};
  if (message.starts_with("Failed to pull image")) message = after(message, "\": ");
  if (message.starts_with("rpc error:")) message = after(message, "desc = ");
  while (message.starts_with("failed to ")) {
    const auto inner = after(message, "\": ");
    if (inner.empty()) break;
    message = inner;
  }
  return truncate(trim(message), k_limit);
}

std::string probe_cause(std::string_view message) {
  const size_t end = message.find(" probe failed: ");
  if (end == std::string_view::npos) return truncate(message, k_limit);
  std::string kind(message.substr(0, end));
  if (!kind.empty() && kind[0] >= 'A' && kind[0] <= 'Z') kind[0] = static_cast<char>(kind[0] + 32);
  std::string_view why = trim(message.substr(end + 15));
  const auto code = after(why, "HTTP probe failed with statuscode: ");
  return kind + " probe fails: " + (code.empty() ? truncate(why, k_limit) : "HTTP " + std::string(code));
}

namespace {

cause image_pull(const workload_evidence& about) {
  for (const container_evidence& c : about.containers) {
    if (!is_any(c.reason, {"ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName"})) continue;
    if (c.reason == "ErrImageNeverPull") return "image " + c.image + " is not on the node, and its pull policy is Never";
    if (c.reason == "InvalidImageName") return "image name '" + c.image + "' is not valid";
    std::string why = pull_cause(c.message);
    if (why.empty()) {
      const event_line* const failed = find_event(about, "Failed", "Failed to pull image");
      if (failed) why = pull_cause(failed->message);
    }
    return "image " + c.image + " cannot be pulled" + (why.empty() ? "" : ": " + why);
  }
  return std::nullopt;
}

cause container_creation(const workload_evidence& about) {
  for (const container_evidence& c : about.containers) {
    if (c.state != "waiting" || c.reason == "CrashLoopBackOff" || c.reason.empty()) continue;
    return name_of(c) + " cannot be started: " + truncate(c.message.empty() ? c.reason : c.message, k_limit);
  }
  return std::nullopt;
}

cause out_of_memory(const workload_evidence& about) {
  for (const container_evidence& c : about.containers) {
    if (c.ended_reason != "OOMKilled" && c.reason != "OOMKilled") continue;
    const std::string limit = c.memory_limit.empty() ? "" : " (limit " + c.memory_limit + ")";
    return name_of(c) + " was OOM-killed" + limit + restarts_text(c.restarts);
  }
  return std::nullopt;
}

// A container that the kubelet ends for its liveness or startup probe looks like a crash otherwise.
cause killed_by_probe(const workload_evidence& about) {
  for (const container_evidence& c : about.containers) {
    if (!c.exit_code) continue;
    for (const char* probe : {"Liveness probe failed", "Startup probe failed"}) {
      const auto event = std::ranges::find_if(about.events, [&](const event_line& e) {
        return e.reason == "Unhealthy" && e.container == c.container && e.message.starts_with(probe);
      });
      if (event != about.events.end()) return probe_cause(event->message) + " (" + name_of(c) + restarts_text(c.restarts) + ")";
    }
  }
  return std::nullopt;
}

cause crash(const workload_evidence& about) {
  for (const container_evidence& c : about.containers) {
    if (!c.exit_code || (c.state == "running" && c.restarts == 0)) continue;
    const auto said =
        std::ranges::find_if(c.log.rbegin(), c.log.rend(), [](const std::string& line) { return !trim(line).empty(); });
    const std::string last_line = said == c.log.rend() ? "" : ": " + truncate(trim(*said), k_limit);
    return fmt::format("{} ended with exit code {}{}{}", name_of(c), *c.exit_code, restarts_text(c.restarts), last_line);
  }
  return std::nullopt;
}

cause creation_refused(const workload_evidence& about) {
  const event_line* const event = find_event(about, "FailedCreate");
  std::string_view message = event ? std::string_view(event->message) : std::string_view();
  if (message.empty() && about.status.reason == "FailedCreate") message = about.status.message;
  if (message.empty()) return std::nullopt;
  if (const auto quota = after(message, "exceeded quota: "); !quota.empty()) return "quota exceeded: " + truncate(quota, k_limit);
  const auto inner = after(message, "Error creating: ");
  return "pods cannot be created: " + truncate(inner.empty() ? message : inner, k_limit);
}

cause unschedulable(const workload_evidence& about) {
  for (const pod_status& pod : about.status.pods) {
    if (pod.reason != "Unschedulable" && pod.reason != "SchedulerError") continue;
    const std::string why = pod.message.substr(0, pod.message.find(". "));  // what follows is about preemption
    return "pod " + pod.name + " cannot be scheduled: " + truncate(why, k_limit);
  }
  return std::nullopt;
}

cause volume(const workload_evidence& about) {
  for (const char* reason : {"FailedMount", "FailedAttachVolume"}) {
    if (const event_line* const event = find_event(about, reason)) {
      return "a volume cannot be mounted: " + truncate(event->message, k_limit);
    }
  }
  return std::nullopt;
}

cause sandbox(const workload_evidence& about) {
  const event_line* const event = find_event(about, "FailedCreatePodSandBox");
  if (!event) return std::nullopt;
  return "the pod's network or sandbox cannot be made: " + truncate(event->message, k_limit);
}

cause not_ready(const workload_evidence& about) {
  for (const char* probe : {"Startup", "Readiness"}) {
    const event_line* const event = find_event(about, "Unhealthy", probe);
    if (event) return probe_cause(event->message) + (event->container.empty() ? "" : " (container " + event->container + ")");
  }
  return std::nullopt;
}

}  // namespace

headline find_headline(const workload_evidence& about) {
  static constexpr std::array k_causes{image_pull, container_creation, out_of_memory, killed_by_probe, crash,
                                       creation_refused, unschedulable, volume, sandbox, not_ready};
  for (size_t i = 0; i < k_causes.size(); ++i) {
    if (cause found = k_causes[i](about)) return {std::move(*found), static_cast<int>(i)};
  }
  const std::string& message = about.status.message;
  return {message.empty() ? std::string(to_string(about.status.state)) : message, static_cast<int>(k_causes.size())};
}

}  // namespace leadsman::kube
