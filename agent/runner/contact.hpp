#pragma once

#include <chrono>
#include <string>

#include "async/task_group.hpp"
#include "kube/watch.hpp"
#include "runner/journal.hpp"

namespace leadsman::runner {

// There was no answer.
bool is_silence(const error& why);

// Whether the cluster answers, as the followers are told: once when it is waited for, once when it is back. Whoever of
// a rollout asks the cluster says here how it went.
class contact {
 public:
  explicit contact(journal& log) : log_(log) {}

  // `doing`: what for, in a word or two. Errors: of journal::tell.
  task<result<void>> lost(std::string doing, error why);
  task<result<void>> found();

  // For a watch of this rollout, whose troubles are told by a child of `group`.
  kube::watch_options watch_options(task_group& group);

  // How often it was silent until now.
  int silences() const { return silences_; }

  // It does not answer, or has only just begun to: what it refuses then may be its start, not its opinion.
  bool is_shaky() const;

 private:
  task<void> tell_lost(std::string doing, error why);

  journal& log_;
  bool lost_ = false;
  int silences_ = 0;
  std::chrono::steady_clock::time_point lost_at_{};
  std::chrono::steady_clock::time_point found_at_{};
};

}  // namespace leadsman::runner
