#pragma once

#include "analysis/query.hpp"

namespace leadsman::analysis {

// The queries of a gate that uses a ready-made one, with {{variables}}. All are about {{canary}}.
questions ready_made_questions(const model::metric_gate& gate);

// How many samples a window needs before its number is judged, unless the gate says so itself: with fewer than ten
// requests, one error is more than ten percent.
int min_samples_of(const model::metric_gate& gate);

}  // namespace leadsman::analysis
