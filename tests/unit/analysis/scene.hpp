#pragma once

#include <string>
#include <vector>

#include "analysis/judge.hpp"

// Gates and looks in the words of the tests.
namespace leadsman::analysis {

inline const wall_time k_noon{std::chrono::milliseconds(1'795'262'400'000)};

inline model::metric_gate error_rate_below(double max) {
  model::metric_gate gate;
  gate.name = "http-error-rate";
  gate.use = model::ready_made::http_error_rate;
  gate.unit = model::unit::share;
  gate.max = max;
  return gate;
}

inline look number(double value) { return {.what = reading::value, .value = value}; }
inline look nothing(reading what) { return {.what = what, .words = "why"}; }

// Looks an interval of 30 s apart, the first half a minute after noon.
inline std::vector<measurement> looks(const std::vector<look>& canary) {
  std::vector<measurement> seen;
  for (const look& l : canary) seen.push_back({k_noon + std::chrono::seconds(30) * (seen.size() + 1), l});
  return seen;
}

}  // namespace leadsman::analysis
