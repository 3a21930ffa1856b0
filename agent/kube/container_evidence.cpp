#include "kube/container_evidence.hpp"

namespace leadsman::kube {

namespace {

const json& spec_of(const json& pod, bool init, const std::string& container) {
  static const json k_none;
  for (const json& spec : at(pod, init ? "/spec/initContainers" : "/spec/containers")) {
    if (text_at(spec, "/name") == container) return spec;
  }
  return k_none;
}

bool is_troubled(const container_evidence& c, bool ready, bool init) {
  if (c.state == "waiting") return c.reason != "ContainerCreating" && c.reason != "PodInitializing";
  if (c.state == "terminated") return c.exit_code.value_or(0) != 0;
  return c.state == "running" && !ready && !init;
}

container_evidence read_container(const json& pod, const json& status, bool init) {
  container_evidence c{.pod = text_at(pod, "/metadata/name"), .container = text_at(status, "/name"), .init = init};
  const json& spec = spec_of(pod, init, c.container);
  c.image = text_at(spec, "/image", text_at(status, "/image"));
  c.memory_limit = text_at(spec, "/resources/limits/memory");
  c.restarts = static_cast<int>(number_at(status, "/restartCount"));
  for (const char* state : {"waiting", "running", "terminated"}) {
    const json& details = at(status, std::string("/state/") + state);
    if (!details.is_object()) continue;
    c.state = state;
    c.reason = text_at(details, "/reason");
    c.message = text_at(details, "/message");
  }
  const json& ended_now = at(status, "/state/terminated");
  const json& ended = ended_now.is_object() ? ended_now : at(status, "/lastState/terminated");
  if (ended.is_object()) {
    c.ended_reason = text_at(ended, "/reason");
    c.exit_code = static_cast<int>(number_at(ended, "/exitCode"));
  }
  return c;
}

}  // namespace

std::vector<container_evidence> troubled_containers(const json& pod) {
  std::vector<container_evidence> troubled;
  for (const bool init : {true, false}) {
    for (const json& status : at(pod, init ? "/status/initContainerStatuses" : "/status/containerStatuses")) {
      container_evidence c = read_container(pod, status, init);
      if (is_troubled(c, flag_at(status, "/ready"), init)) troubled.push_back(std::move(c));
    }
  }
  return troubled;
}

json to_json(const container_evidence& c) {
  json object{{"pod", c.pod},
              {"container", c.container},
              {"init", c.init},
              {"image", c.image},
              {"state", c.state},
              {"reason", c.reason},
              {"message", c.message},
              {"endedReason", c.ended_reason},
              {"restarts", c.restarts},
              {"memoryLimit", c.memory_limit},
              {"log", c.log},
              {"logIsPrevious", c.log_is_previous}};
  object["exitCode"] = c.exit_code ? json(*c.exit_code) : json(nullptr);
  return object;
}

}  // namespace leadsman::kube
