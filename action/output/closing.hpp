#pragma once

#include <vector>

#include "action/output/narrate.hpp"

namespace leadsman::action {

// How it ended, as a good colleague would say it: what happened and why (the evidence), what was done about it, what is
// true now, what to do next. Empty while it has not ended.
std::vector<spoken_line> closing_lines(const progress& known);

// Its first line alone, for titles: "shop → production was not deployed: TestsFailed".
std::string headline_of(const progress& known);

// Pieces of it, also used by the summary.
std::string done_about_it(const progress& known);
std::string true_now(const progress& known);
// What the reason was seen by. A long message is said once: `said` are those that the reader has seen already.
std::vector<spoken_line> evidence_lines(const wire::evidence& why, size_t log_limit, std::vector<std::string> said);

}  // namespace leadsman::action
