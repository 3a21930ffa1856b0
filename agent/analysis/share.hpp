#pragma once

#include <cstdint>

namespace leadsman::analysis {

// What requests say about a weight.
enum class share_finding { too_few,  // to say anything
                           fits,
                           differs };

// Requests since a weight was accepted, by who answered them.
struct traffic_seen {
  int64_t canary = 0;
  int64_t all = 0;

  double share() const { return static_cast<double>(canary) / static_cast<double>(all); }  // of the canary, when there are any
};

// So many answers have to be judged at least: `at_least`, and enough that a side which gets nothing at all would be noticed
// in 99 of 100 cases: 113 at 5 %, 574 at 1 %.
int64_t answers_needed(int weight, int at_least);

// Whether the canary's share of `seen` fits a weight in percent, give or take a fifth of the smaller side's share (gateways
// keep to weights, but they do not throw dice): at 0 and 100 none may be elsewhere. It differs when traffic of such a share
// would look like this in less than one of 100 cases, by the bound of Chernoff (1952) for the tail of a binomial
// distribution: P(X <= k) <= exp(-n * KL(k/n || p)), which is exact at k = 0. `also_matches`: requests are led to the
// canary beside its weight, so that more of them are no contradiction.
share_finding judge_share(int weight, traffic_seen seen, int at_least, bool also_matches = false);

}  // namespace leadsman::analysis
