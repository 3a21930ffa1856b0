#include "analysis/share.hpp"

#include <algorithm>
#include <cmath>

namespace leadsman::analysis {

namespace {

constexpr double k_error = 0.01;     // of a judgement that is wrong
constexpr double k_tolerance = 0.2;  // of the smaller side's share

double share_of(int weight) { return weight / 100.0; }

double smaller_side(int weight) { return std::min(share_of(weight), 1 - share_of(weight)); }

// Kullback-Leibler divergence of two coins.
double divergence(double seen, double wanted) {
  const auto part = [](double a, double b) { return a <= 0 ? 0 : a * std::log(a / b); };
  return part(seen, wanted) + part(1 - seen, 1 - wanted);
}

bool is_improbable(double seen, double wanted, int64_t all) { return std::exp(-static_cast<double>(all) * divergence(seen, wanted)) < k_error; }

}  // namespace

int64_t answers_needed(int weight, int at_least) {
  const double side = smaller_side(weight);
  if (side <= 0) return at_least;
  const double least = std::log(k_error) / std::log(1 - side * (1 - k_tolerance));
  return std::max<int64_t>(at_least, static_cast<int64_t>(std::floor(least)) + 1);
}

share_finding judge_share(int weight, traffic_seen seen, int at_least, bool also_matches) {
  if (weight == 0 && seen.canary > 0 && !also_matches) return share_finding::differs;
  if (weight == 100 && seen.canary < seen.all) return share_finding::differs;
  if (seen.all < answers_needed(weight, at_least)) return share_finding::too_few;
  const double share = seen.share();
  const double give = smaller_side(weight) * k_tolerance;
  const double low = share_of(weight) - give, high = share_of(weight) + give;
  if (share < low && is_improbable(share, low, seen.all)) return share_finding::differs;
  if (!also_matches && share > high && is_improbable(share, high, seen.all)) return share_finding::differs;
  return share_finding::fits;
}

}  // namespace leadsman::analysis
