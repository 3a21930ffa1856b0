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
  // Longer than client-go pauses before it asks an API server again that was silent.
  static constexpr std::chrono::milliseconds k_longest_pause = std::chrono::seconds(65);

  explicit contact(journal& log, std::chrono::milliseconds longest_pause = k_longest_pause) : log_(log), longest_pause_(longest_pause) {}

  // `doing`: what for, in a word or two. Errors: of journal::tell.
  task<result<void>> lost(std::string doing, error why);
  task<result<void>> found();

  // For a watch of this rollout, whose troubles are told by a child of `group`.
  kube::watch_options watch_options(task_group& group);

  // How often it was silent until now.
  int silences() const { return silences_; }

  // It does not answer, or has only just begun to: what it refuses then may be its start, not its opinion.
  bool is_shaky() const;

  // For so long some part of the cluster may still pause before it asks again, and not have seen what changed: kube-proxy
  // for one, so that a Service leads to pods that are gone. Zero when it was never silent.
  std::chrono::milliseconds until_settled() const;

 private:
  task<void> tell_lost(std::string doing, error why);

  journal& log_;
  std::chrono::milliseconds longest_pause_;
  bool lost_ = false;
  int silences_ = 0;
  std::chrono::steady_clock::time_point lost_at_{};
  std::chrono::steady_clock::time_point found_at_{};
};

}  // namespace leadsman::runner
