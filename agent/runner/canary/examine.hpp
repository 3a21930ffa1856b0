#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/probing.hpp"
#include "runner/permission/needs.hpp"
#include "runner/rollout.hpp"
#include "twin/assess.hpp"
#include "wire/check.hpp"

namespace leadsman::runner {

// What can be known about the canary before anything is touched.
struct canary_finding {
  twin::assessment assessment;
  std::optional<helm::release> rendered;  // the chart under the canary's name, before it becomes the canary
  analysis::probed probed;                // what stable answers to probes; nothing, when none are wanted
  std::string abrupt_end;                 // why requests may fail when pods are replaced; empty: nothing is known of it
  std::vector<std::string> problems;      // one sentence each; not empty: there can be no canary
  std::vector<permission> denied;         // what the agent may not do with the canary's objects and the route's
  std::vector<nlohmann::json> route;      // the objects that lead traffic, as they are
  wire::checks metrics;                   // what the queries of the gates show now
};

// The chart under the canary's name. Errors: of helm::runner.
task<result<helm::render_outcome>> render_canary(rollout& r);

// Holds that against `stable`, what the chart renders under stable's own name, and against what is deployed, asks the router
// about the route, the cluster for permissions, stable by probes who it is, and the queries of the gates once. Errors: of
// kube::client and plugin::host.
task<result<canary_finding>> examine_canary(rollout& r, helm::release stable, helm::render_outcome rendering);

// What preflight has found and saved with its step.
twin::assessment examined_canary(const rollout& r);
twin::assessment examined_canary(const model::deployment& d);

// How it is saved: a member of the detail of that step.
inline constexpr const char* k_examined_canary = "canary";

}  // namespace leadsman::runner
