#pragma once

#include "analysis/query.hpp"
#include "analysis/reading.hpp"
#include "model/gate.hpp"
#include "wire/check.hpp"

namespace leadsman::analysis {

// What one question of a metric gate shows before there is a canary: asked about stable, which stands in its place.
struct trial {
  wire::check row;
  bool hopeless = false;  // the canary's gate is sure to end in an error: the source does not understand the question
};

// Every question was asked, whatever the others said. Pure.
trial assess_trial(const model::metric_gate& gate, const questions& asked, const answers& came, wall_time now);

}  // namespace leadsman::analysis
