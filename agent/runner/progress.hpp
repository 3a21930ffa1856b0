#pragma once

#include <map>
#include <string>
#include <vector>

#include "async/task_group.hpp"
#include "kube/readiness.hpp"
#include "kube/watch.hpp"
#include "runner/rollout.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

wire::workload_progress to_progress(const kube::workload_status& status);

// Watches the workloads of a release while helm works: tells each change to the followers, and knows when one of them
// will not become ready however long helm waits.
class progress {
 public:
  // The workloads among these objects, which are those of the release.
  progress(rollout& r, const std::vector<helm::object>& objects);

  // Returns when the state before the change is known: what is broken then says nothing about the new revision.
  task<void> start();
  task<void> stop();

  const std::optional<kube::workload_status>& hopeless() const { return hopeless_; }

 private:
  kube::list_query query_of(const std::string& api_version, const std::string& kind) const;
  task<void> watch_kind(std::string api_version, std::string kind);
  task<void> report();
  task<void> assess();
  std::vector<nlohmann::json> of_kind(const std::string& kind) const;
  bool is_ours(const std::string& kind, const nlohmann::json& object) const;
  void take(const std::string& kind, const kube::watch_event& event);
  bool is_of_new_revision(const nlohmann::json& object) const;

  rollout& r_;
  std::vector<kube::object_ref> workloads_;
  std::vector<nlohmann::json> selectors_;  // of their pods and ReplicaSets; others of the namespace, of which there may be thousands, are not kept
  std::map<std::string, std::map<std::string, nlohmann::json>> objects_;  // kind → name → object
  std::map<std::string, wire::workload_progress> told_;
  std::map<std::string, int64_t> generation_before_;  // kind/name → metadata.generation
  std::chrono::steady_clock::time_point started_at_{};
  std::optional<kube::workload_status> hopeless_;
  notifier dirty_;
  task_group watchers_;
};

}  // namespace leadsman::runner
