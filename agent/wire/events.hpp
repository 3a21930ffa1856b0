#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.hpp"
#include "model/phase.hpp"
#include "model/step.hpp"
#include "wire/model.hpp"

// What stands in an event's `data`, one struct per kind. The agent writes them, the client reads them
// (wire::parse<T>).
namespace leadsman::wire {

struct step_change {  // event_kind::step
  model::step_kind step = model::step_kind::acquire;
  model::step_status status = model::step_status::intended;
  int attempt = 1;
  std::optional<int> weight;  // percent, of the steps of a canary
  std::string outcome;
  std::string reason;
  int64_t duration_ms = 0;  // of an ended one
};

struct phase_change {  // event_kind::phase
  model::phase phase = model::phase::pending;
  std::string reason;
};

struct pod_progress {
  std::string name;
  std::string phase;       // of the pod: Pending, Running ...
  int ready_containers = 0;
  int containers = 0;
  int restarts = 0;
  std::string reason;   // ImagePullBackOff, CrashLoopBackOff, Unschedulable ...
  std::string message;

  bool operator==(const pod_progress&) const = default;
};

// Reason of a workload whose controller has not seen the newest spec yet: its numbers say nothing then.
inline constexpr std::string_view k_not_observed = "NotObserved";

struct workload_progress {  // event_kind::workload
  std::string kind;
  std::string name;
  int desired = 0;
  int updated = 0;
  int ready = 0;
  std::string state;  // progressing, ready, failed
  std::string reason;
  std::string message;
  std::vector<pod_progress> pods;

  bool operator==(const workload_progress&) const = default;
};

struct log_lines {  // event_kind::log: untrusted text
  std::string source;  // "test"
  std::string test;    // the hook's name
  std::string pod;
  std::string container;
  std::vector<std::string> lines;
  bool truncated = false;  // more was said than is kept
};

struct holder {  // event_kind::waiting: who has the release
  std::string deployment;
  std::string agent;
  std::string repository;
  std::string run_id;
  std::string url;
  std::string step;
  std::string since;  // RFC 3339
};

struct container_evidence {
  std::string name;
  std::string state;   // waiting, running, terminated
  std::string reason;
  std::string message;
  int restarts = 0;
  std::optional<int> exit_code;
  std::vector<std::string> log;  // last lines, redacted
};

// Three things that are easily taken for one another.
enum class weight_stage {
  set,        // written to the route
  accepted,   // read back, and the router's own status says that it took it
  in_effect,  // seen in traffic
};
inline constexpr model::word<weight_stage> k_weight_stage[]{
    {"set", weight_stage::set}, {"accepted", weight_stage::accepted}, {"in_effect", weight_stage::in_effect}};

struct weight_change {  // event_kind::weight
  int weight = 0;       // percent that the canary gets
  weight_stage stage = weight_stage::set;
  bool verified = true;  // false: taken for in effect after a settle time, not seen in traffic
  std::string router;    // the plugin
  int64_t after_ms = 0;  // since it was set
  std::string by;        // what saw the traffic: "probe" or "counters"; empty: nothing did
  int64_t requests = 0;  // that it saw since the weight was accepted
  std::optional<double> share;  // of them at the canary, 0 to 1; absent: none were seen
  int64_t failed = 0;           // probes that told no side; not among the requests
};

struct pod_evidence {
  std::string name;
  std::string phase;
  std::vector<std::string> conditions;  // "PodScheduled=False: 0/1 nodes are available: ..."
  std::vector<container_evidence> containers;
};

struct cluster_event {
  std::string type;
  std::string reason;
  std::string object;  // "Pod/shop-6f..."
  std::string message;
  int count = 1;
};

struct workload_evidence {
  std::string kind;
  std::string name;
  std::string reason;
  std::string message;
  std::vector<pod_evidence> pods;
  std::vector<cluster_event> events;
};

struct evidence {  // event_kind::evidence
  std::string headline;  // the most probable cause in one sentence
  std::string helm_error;
  std::vector<workload_evidence> workloads;
};

struct proof_check {
  std::string what;    // image, replicas, rollout, endpoints, tests, revision
  std::string object;  // "Deployment/shop container app"
  std::string expected;
  std::string found;
  bool ok = false;
};

struct proof {  // event_kind::proof
  int target_revision = 0;
  bool ok = false;
  std::vector<proof_check> checks;
};

struct finished {  // event_kind::finished
  model::phase phase = model::phase::failed;
  std::string reason;
  model::rollback_outcome rollback = model::rollback_outcome::none;
  std::optional<int> revision;
  std::optional<int> previous_revision;
  int64_t duration_ms = 0;
  std::string next;  // what to do now
};

LEADSMAN_JSON_WORDS(weight_stage, k_weight_stage)

// The keys are the members' names.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(step_change, step, status, attempt, weight, outcome, reason, duration_ms)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(phase_change, phase, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(pod_progress, name, phase, ready_containers, containers, restarts, reason, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(workload_progress, kind, name, desired, updated, ready, state, reason, message, pods)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(log_lines, source, test, pod, container, lines, truncated)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(holder, deployment, agent, repository, run_id, url, step, since)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(weight_change, weight, stage, verified, router, after_ms, by, requests, share, failed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(container_evidence, name, state, reason, message, restarts, exit_code, log)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(pod_evidence, name, phase, conditions, containers)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(cluster_event, type, reason, object, message, count)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(workload_evidence, kind, name, reason, message, pods, events)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(evidence, headline, helm_error, workloads)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(proof_check, what, object, expected, found, ok)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(proof, target_revision, ok, checks)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(finished, phase, reason, rollback, revision, previous_revision, duration_ms, next)

}  // namespace leadsman::wire
