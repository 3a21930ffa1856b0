#pragma once

#include <string>
#include <vector>

#include "action/output/progress.hpp"

namespace leadsman::action::github {

inline constexpr size_t k_summary_limit = 1'000'000;  // bytes; GitHub refuses a summary above 1 MiB as a whole

// The step summary in Markdown. When it would become too long, logs are shortened first, then the rest of the evidence.
// `notices` are the client's own: "asked the agent to roll back".
std::string write_summary(const progress& known, const std::vector<std::string>& notices, size_t limit = k_summary_limit);

// What the summary says when nothing was started.
std::string write_refusal(const error& why);

}  // namespace leadsman::action::github
