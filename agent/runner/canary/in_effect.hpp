#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/share.hpp"
#include "model/canary.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// Who is to see the canary, as traffic would show it.
struct expected_traffic {
  int weight = 0;
  std::vector<model::traffic_match> matches{};
};

// What traffic says about a weight that the router has accepted.
struct sighting {
  enum class verdict { confirmed,
                       unknown,         // it said nothing: too few requests, the source is silent, nobody looks
                       unanswered,      // probes were sent, and too few told who answers
                       contradicted };  // it goes somewhere else
  verdict says = verdict::unknown;
  std::string by{};        // "probe", "counters", or nothing
  std::string message{};   // "24.8 % of 4,112 requests"; why it is not known; what is seen instead. May hold words of others
  analysis::traffic_seen seen{};
  int64_t failed = 0;      // probes
};

// Looks at traffic, as `in-effect` says, until it shows that weight or the time for that is over. Nothing is changed by it, so
// that it can be done again. `stop` ends it early, which says nothing. Errors: canceled, when the rollout is interrupted.
task<result<sighting>> look_at_traffic(rollout& r, expected_traffic wanted, std::function<bool()> stop);

}  // namespace leadsman::runner
