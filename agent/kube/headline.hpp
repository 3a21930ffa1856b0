#pragma once

#include <string>
#include <string_view>

#include "kube/evidence.hpp"

namespace leadsman::kube {

struct headline {
  std::string text;
  int rank = 0;  // its rule's place in the list of causes; lower explains more
};

// One sentence about the most probable cause, from status, containers and events.
headline find_headline(const workload_evidence& about);

// "not found" out of the chain of errors that a failed pull comes with.
std::string pull_cause(std::string_view message);

// "readiness probe fails: HTTP 503" out of the kubelet's "Readiness probe failed: HTTP probe failed with statuscode: 503".
std::string probe_cause(std::string_view message);

}  // namespace leadsman::kube
