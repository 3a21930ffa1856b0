#pragma once

#include <sys/resource.h>

#include <optional>

#include "base/error.hpp"

namespace leadsman::process {

// Raises this process' limit of open descriptors to the highest that it may set itself: a follower costs one. Children
// (process::start) get the limit back that was there before. Errors: unavailable.
result<void> raise_descriptor_limit();

// What children are to get; absent while nothing has been raised.
const std::optional<rlimit>& original_descriptor_limit();

}  // namespace leadsman::process
