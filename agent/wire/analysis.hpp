#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/gate.hpp"
#include "wire/json.hpp"

namespace leadsman::model {

LEADSMAN_JSON_WORDS(verdict, k_verdict)
LEADSMAN_JSON_WORDS(unit, k_unit)

}  // namespace leadsman::model

// What gates measured, as it stands in events and reports.
namespace leadsman::wire {

// One look at one metric: event_kind::measurement.
struct measurement {
  std::string gate;  // its name; "health/p99" of the decision tree
  std::string reading;  // of the canary, or of the rolling release: value, no-data, not-a-number, infinite, stale, no-traffic, several-series, unreachable, rejected, invalid-query, bad-answer
  std::string finding;  // good, bad, inconclusive, fault
  std::string reason;   // CamelCase
  std::string message;  // a sentence; may hold words of the source
  std::optional<double> value;
  std::optional<double> stable;   // when it was compared with stable
  std::optional<double> before;   // when it was compared with itself before the upgrade
  std::optional<double> limit;    // what the value was held against
  std::optional<double> samples;  // requests in the window
  model::unit unit = model::unit::number;
  int look = 1;   // which of this gate
  int judged = 0;  // numbers judged so far, of `count`
  int count = 0;
  model::verdict verdict = model::verdict::measuring;
  bool advisory = false;
  std::vector<std::string> warnings;  // of the source
};

// How one metric gate ended, a row of the evidence.
struct gate_verdict {
  std::string gate;
  model::verdict verdict = model::verdict::measuring;
  std::string reason;
  std::string message;
  bool advisory = false;
  std::string now;        // the newest number, "7.2 %"; empty when there was none
  std::string limit;      // "1 %"
  std::string stable;     // "0.03 %", when it was compared with stable
  std::string before;     // the same of itself before the upgrade
  std::string sparkline;  // "▁▁▂█"
  std::vector<std::string> values;  // every look, "7.2 %" or the word of what was found instead
  std::string interval;   // "30s"
  std::string window;
  int good = 0;
  int bad = 0;
  int inconclusive = 0;
  int faults = 0;
  std::string query;  // as it was asked about the canary, or the rolling release
};

// How all gates of a step ended: event_kind::verdict.
struct analysis_verdict {
  model::verdict verdict = model::verdict::measuring;
  std::string reason;
  std::string message;
  std::string gate;  // which decided
  std::vector<gate_verdict> gates;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(measurement, gate, reading, finding, reason, message, value, stable, before, limit, samples, unit, look, judged, count, verdict, advisory, warnings)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(gate_verdict, gate, verdict, reason, message, advisory, now, limit, stable, before, sparkline, values, interval, window, good, bad, inconclusive, faults, query)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(analysis_verdict, verdict, reason, message, gate, gates)

}  // namespace leadsman::wire
