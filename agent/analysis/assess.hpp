#pragma once

#include <optional>
#include <span>
#include <string>

#include "analysis/judge.hpp"
#include "base/clock.hpp"
#include "model/gate.hpp"

namespace leadsman::analysis {

// How often a look said what.
struct tally {
  int good = 0;
  int bad = 0;
  int inconclusive = 0;
  int faults = 0;
  int faults_in_a_row = 0;

  int judged() const { return good + bad; }
  bool operator==(const tally&) const = default;
};

// How a gate stands after some looks.
struct assessment {
  model::verdict verdict = model::verdict::measuring;
  std::string reason{};             // CamelCase; of the look that decided, or of the newest
  std::string message{};            // a sentence for people; may hold the source's words, untrusted
  std::optional<wall_time> next{};  // when to look again; absent once there is a verdict
  tally looks{};
};

// Decides after the looks so far, in the order in which they were taken, of a gate that began to measure at `began`.
//   more bad looks than failure-limit               → failed, at once
//   a query that its source does not understand     → error, at once
//   more faults in a row than error-limit           → error
//   more inconclusive looks than inconclusive-limit → inconclusive
//   `count` numbers judged                          → passed
// So it ends: every look without a number counts towards a limit that only a number resets, and numbers run out.
assessment assess(const model::metric_gate& gate, wall_time began, std::span<const measurement> seen);

}  // namespace leadsman::analysis
