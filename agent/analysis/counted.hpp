#pragma once

#include <span>
#include <string>

#include "analysis/share.hpp"
#include "base/clock.hpp"
#include "model/gate.hpp"

namespace leadsman::analysis {

// What was counted up to a moment, both by the clock of whoever counts.
struct counted {
  wall_time at{};      // when it was asked
  wall_time oldest{};  // the newest sample of each series is at least this new
  double canary = 0;   // requests since the counters began
  double stable = 0;
};

// How traffic looks since a weight was accepted.
struct traffic_finding {
  share_finding finding = share_finding::too_few;
  traffic_seen seen{};
};

// The first of `looks` was taken when the weight had been accepted; what is judged lies between two later samples. Counters
// that went down began anew. As long as the newest requests differ they are judged again, without those before.
traffic_finding assess_counted(int weight, int at_least, bool also_matches, std::span<const counted> looks);

// The queries, with {{variables}}: how many requests {{canary}} has answered, and when the oldest of its newest samples was
// taken, in Unix seconds (no result: nothing was ever counted).
struct counter_queries {
  std::string requests;
  std::string oldest;
};
counter_queries queries_of_counters(model::request_source from);

}  // namespace leadsman::analysis
