#include "analysis/counted.hpp"

#include <cmath>
#include <optional>

namespace leadsman::analysis {

namespace {

bool began_anew(const counted& before, const counted& after) { return after.canary < before.canary || after.stable < before.stable; }

traffic_seen between(const counted& before, const counted& after) {
  const auto canary = std::llround(after.canary - before.canary);
  return {canary, canary + std::llround(after.stable - before.stable)};
}

}  // namespace

traffic_finding assess_counted(int weight, int at_least, bool also_matches, std::span<const counted> looks) {
  traffic_finding found;
  std::optional<counted> from;
  for (const counted& look : looks) {
    if (look.oldest <= looks.front().at) continue;
    if (!from || began_anew(*from, look)) from = look;
    if (look.oldest <= from->oldest) continue;
    const traffic_seen seen = between(*from, look);
    const share_finding judged = judge_share(weight, seen, at_least, also_matches);
    if (judged == share_finding::fits) return {judged, seen};
    if (judged == share_finding::differs) {
      found = {judged, seen};
      from = look;
    } else if (found.finding == share_finding::too_few) {
      found.seen = seen;
    }
  }
  return found;
}

}  // namespace leadsman::analysis
