#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "async/task_group.hpp"
#include "helm/release.hpp"
#include "kube/watch.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// The logs of test pods, live, container by container, for Pods and Jobs: helm itself shows them only at the end, of Pods
// only, and loses them to delete policies. What pods print is untrusted text.
class test_logs {
 public:
  static constexpr size_t k_lines_kept = 2000;  // of one container; more is said to be cut
  static constexpr size_t k_line_length = 4096;

  test_logs(rollout& r, const std::vector<helm::hook>& tests);

  void start();
  // Ends when the containers that ran have been read to their end, or after a short grace.
  task<void> stop();

 private:
  struct container_log;

  // A test's pods: the hook itself, or those of its Job.
  struct test {
    std::string name;
    bool is_job = false;
    bool seen_first_list = false;
  };

  task<void> watch_pods(test& of);
  void take(test& of, const kube::watch_event& event);
  void look_at(const test& of, const nlohmann::json& pod);
  task<void> read(std::shared_ptr<container_log> log);
  task<void> flush_regularly();
  task<void> flush();

  rollout& r_;
  std::vector<test> tests_;
  std::set<std::string> old_pods_;  // uids of an earlier run
  std::map<std::string, std::shared_ptr<container_log>> logs_;  // pod uid/container
  task_group readers_;
  task_group watchers_;
};

}  // namespace leadsman::runner
