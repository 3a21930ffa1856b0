#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace leadsman {

using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

// The wall clock is a parameter of everything that decides; only the composition root and the runner read it.
wall_time now();

// "2026-11-21T10:42:32.123Z"
std::string format_rfc3339(wall_time at);

// Accepts what Kubernetes and helm write: with or without fractions of a second, "Z" or a numeric offset.
// Errors: invalid_input.
result<wall_time> parse_rfc3339(std::string_view text);

// How far a clock that said `said` (whole seconds, cut off) at some moment between `asked` and `answered` of ours is ahead
// of ours; negative: behind; zero when both may be right.
std::chrono::milliseconds clock_offset(wall_time said, wall_time asked, wall_time answered);

// "250ms", "41s", "3m 20s", "2h 5m": for people.
std::string format_duration(std::chrono::milliseconds span);

// "90s", "2m", "1h30m", "250ms" (the units of Go's time.ParseDuration that make sense here). Errors: invalid_input.
result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace leadsman
