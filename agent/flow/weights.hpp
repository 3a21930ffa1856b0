#pragma once

#include <optional>
#include <span>

#include "flow/machine.hpp"

namespace leadsman::flow {

// The weight that the canary has or is about to get, in percent; absent before the first.
std::optional<int> weight_now(std::span<const model::step_record> steps);

// The weight that was set or adopted last, in percent: what it has when nothing more is done.
int weight_left(std::span<const model::step_record> steps);

// The weight that comes next, by the list, by what was asked for by hand, or the one that was adopted; absent when the canary
// has gone all the way.
std::optional<int> next_weight(const situation& now);

// The weight that comes as soon as the tests of the present one have passed; absent when something else is waited for, when
// metrics are judged, in which pods that start would be seen, or when none comes.
std::optional<int> weight_ahead(const model::canary& canary, std::span<const model::step_record> steps);

// Of steps by time: when the next weight comes, or after the last one the upgrade of stable, counted from when the first
// weight was in effect. Absent: the canary goes by pauses, or has no weight yet.
std::optional<wall_time> due_next(const model::canary& canary, std::span<const model::step_record> steps);

// What is done at the weight that the canary has.
bool wants_tests(const situation& now);
bool wants_analysis(const situation& now);
bool wants_hold(const situation& now);  // a pause, a time to come, or a promotion that has to be heard

// Whether both stay when there is no next weight. All the way by hand means what it says.
bool keeps_both(const situation& now);

}  // namespace leadsman::flow
