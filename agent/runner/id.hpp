#pragma once

#include <string>

#include "base/clock.hpp"

namespace leadsman::runner {

// A UUID version 7 (RFC 9562 §5.7): sorts by time.
std::string make_id(wall_time at);

}  // namespace leadsman::runner
