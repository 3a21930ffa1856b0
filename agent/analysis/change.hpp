#pragma once

#include "analysis/reading.hpp"
#include "wire/health.hpp"

namespace leadsman::analysis {

// What one look found, as the API tells it.
wire::number told_number(const look& found);

// Fills in what `about.before` and `about.after` say together: the change, absolute and as a share of before.
void compare(wire::metric_change& about);

}  // namespace leadsman::analysis
