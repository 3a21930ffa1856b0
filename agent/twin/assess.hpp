#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "helm/manifest.hpp"
#include "model/canary.hpp"
#include "twin/instructions.hpp"

namespace leadsman::twin {

// What the two releases are made of.
struct sides {
  std::vector<helm::object> deployed;  // stable as it is now
  std::vector<helm::object> stable;    // as it is to be: the chart under stable's name
  std::vector<helm::object> canary;    // the chart under the canary's name
  std::vector<helm::hook> hooks;       // of the canary, tests among them
  std::set<std::string> cluster_scoped;  // kinds that belong to no namespace, as "apiVersion Kind"
};

// A workload whose pods follow the canary's weight.
struct scaled_workload {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string stable;  // its name in stable's release

  bool operator==(const scaled_workload&) const = default;
};

// What the canary will be, or why there can be none.
struct assessment {
  instructions make;
  std::string service;  // the canary's, that the router leads to
  std::vector<scaled_workload> workloads;
  std::vector<std::string> left_out;  // "Ingress shop-canary: …", for people
  std::vector<std::string> refused;   // one sentence each; not empty: no canary

  bool operator==(const assessment&) const = default;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(scaled_workload, api_version, kind, name, stable)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(assessment, make, service, workloads, left_out, refused)

// Pure. The replicas of `make` are for the first step, as far as the manifests say how many pods stable has.
assessment assess(const sides& both, const model::canary& asked);

// The object of `others` that the same place of the same template made, or null.
const helm::object* counterpart(const helm::object& of, const std::vector<helm::object>& own, const std::vector<helm::object>& others);

}  // namespace leadsman::twin
