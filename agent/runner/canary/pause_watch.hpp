#pragma once

#include <map>
#include <optional>

#include "async/task_group.hpp"
#include "runner/gate/measured.hpp"

namespace leadsman::runner {

// The metrics of a weight while it is held: its gates have passed, and go on being measured, so that a number that goes bad
// ends the pause. Without a number it goes on: that there was one, and a good one, is known already.
// Has to be ended before it is destroyed.
class pause_watch {
 public:
  explicit pause_watch(rollout& r);

  void begin();  // nothing, when no gate measures anything
  task<void> end();

  // How the pause ends, once a number has gone bad. Errors: the store's. `changed` of the rollout is notified when there is one.
  std::optional<result<step_result>> outcome() const { return outcome_; }

 private:
  task<void> measure_on();
  task<result<void>> hear(wire::measurement seen);

  rollout& r_;
  notifier looks_;
  task_group group_;
  bool over_ = false;
  bool without_numbers_ = false;
  std::map<std::string, std::string> told_;  // gate → what its newest look that was told has found
  std::optional<result<step_result>> outcome_;
};

}  // namespace leadsman::runner
