#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/deployment.hpp"

namespace leadsman::flow {

// What a request is that comes with the idempotency key of `newest` (absent: nobody came with it before).
//   the same content, still running or ended well       → attach: whoever asks follows that one
//   ended badly, asked by a later attempt of the run    → create: a new attempt
//   ended badly, asked by the same attempt (a retry)    → attach: the answer is what happened
//   other content while it runs, or from the same attempt → conflict
//   other content from a later attempt, after its end   → create
model::admission assess_admission(const std::optional<model::deployment>& newest, std::string_view request_digest,
                           int run_attempt);

// Why this deployment cannot be tried again, as a sentence; absent when it ended badly.
std::optional<std::string> why_no_retry(const model::deployment& d);

// What a request to try deployment `id` again is: the first makes a new attempt, and whoever comes later follows that one,
// or what has become of it.
model::admission assess_retry(const std::optional<model::deployment>& newest, std::string_view id);

}  // namespace leadsman::flow
