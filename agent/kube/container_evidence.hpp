#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kube/object_ref.hpp"

namespace leadsman::kube {

// One container that is not as it should be.
struct container_evidence {
  std::string pod{};
  std::string container{};
  bool init = false;
  std::string image{};
  std::string state{};              // waiting, running, terminated
  std::string reason{};             // "CrashLoopBackOff", "ImagePullBackOff", "OOMKilled", "Error"
  std::string message{};
  std::string ended_reason{};       // of the last instance that ended: "OOMKilled", "Error"
  std::optional<int> exit_code{};   // of the same
  int restarts = 0;
  std::string memory_limit{};       // "64Mi"
  std::vector<std::string> log{};   // the last lines; untrusted text
  bool log_is_previous = false;     // they are of the instance before the last restart

  friend bool operator==(const container_evidence&, const container_evidence&) = default;
};

// The containers of `pod` that wait for a reason, have ended badly or run without being ready.
std::vector<container_evidence> troubled_containers(const json& pod);

json to_json(const container_evidence& c);

}  // namespace leadsman::kube
