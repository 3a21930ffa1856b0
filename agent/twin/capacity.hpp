#pragma once

#include "model/canary.hpp"

namespace leadsman::twin {

// How many pods a workload of the canary needs for a weight in percent, of which stable's has so many. At least one.
int pods_for(const model::canary& asked, int weight, int pods_of_stable);

}  // namespace leadsman::twin
