#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/reading.hpp"
#include "base/clock.hpp"
#include "model/gate.hpp"

namespace leadsman::analysis {

// One look at one metric: at the canary, and at what it is held beside. Of a rolling release, `canary` is the release itself.
struct measurement {
  wall_time at{};
  look canary;
  std::optional<look> beside{};  // stable's, or its own before the upgrade: as the gate says
  std::vector<std::string> warnings{};  // of the source: untrusted

  bool operator==(const measurement&) const = default;
};

enum class finding { good,
                     bad,
                     inconclusive,  // there was nothing to judge
                     fault };       // the source or the question is at fault
inline constexpr model::word<finding> k_finding[]{{"good", finding::good}, {"bad", finding::bad}, {"inconclusive", finding::inconclusive}, {"fault", finding::fault}};

struct judgement {
  analysis::finding finding = finding::inconclusive;
  std::string reason;             // CamelCase: AboveMaximum, NoTraffic …
  std::string message;            // "http-error-rate is 7.2 % of 412 samples, above the 1 % allowed"
  std::optional<double> limit{};  // the bound that the value was held against; the one that it broke, when it is bad
  bool hopeless = false;          // a fault that asking again does not mend
};

// The own bounds come first: a number that breaks one is bad, whether or not the other is known.
judgement judge(const model::metric_gate& gate, const measurement& seen);

}  // namespace leadsman::analysis
