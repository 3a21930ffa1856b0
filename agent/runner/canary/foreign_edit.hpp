#pragma once

#include <optional>

#include "runner/rollout.hpp"

namespace leadsman::runner {

// Whether somebody else has changed the weight, the matches or the number of pods, and what the user wants done about it.
// One event says whose hand it was, what was found and what is done. Absent: the step goes on.
//   revert  ours is set again; a route that is gone cannot be, and stable's capacity is never lowered
//   adopt   the weight is the returned end of the step (adopted); 0 % is an abort. Other numbers of pods are ours from now on
//   pause   a pause is asked for; whoever resumes gets ours again
//   cancel  the end of the step (adopted), and it is asked to leave all as it is
//   abort   the end of the step (failed)
// A router that does not answer is the end of the step, too (failed).
task<result<std::optional<step_result>>> look_for_foreign_edit(rollout& r);

}  // namespace leadsman::runner
