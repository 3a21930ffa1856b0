#pragma once

#include <chrono>

namespace leadsman::action {

// How long to wait before try number `tries` + 1: 200 ms, doubled each time up to 10 s, then spread over its upper half
// so that many clients do not come back at once. `random` is from 0 to 1.
std::chrono::milliseconds backoff_delay(int tries, double random);

double random_unit();

}  // namespace leadsman::action
