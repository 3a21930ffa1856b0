#pragma once

#include <string>
#include <vector>

#include "helm/manifest.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// What can be known about the gates before anything is touched.
struct gate_finding {
  std::string service;                // whose requests and pods are measured after the upgrade; empty when nothing is
  std::vector<std::string> problems;  // one sentence each; not empty: they cannot be measured
};

// `objects`: what the release is to be made of.
gate_finding examine_gates(const rollout& r, const std::vector<helm::object>& objects);

// The Service of a release that is measured: the one that is named, else the only one that leads to pods. Pure.
// Errors: invalid_input at "service".
result<std::string> measured_service(const std::string& named, const std::vector<helm::object>& objects);

// How the Service is saved: a member of preflight's detail.
inline constexpr const char* k_measured_service = "service";

// The gates after the upgrade, as far as there is something to compare with.
std::vector<model::gate> gates_after_upgrade(const rollout& r);

}  // namespace leadsman::runner
