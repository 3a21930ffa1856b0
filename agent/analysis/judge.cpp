#include "analysis/judge.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/shown.hpp"

namespace leadsman::analysis {

namespace {

// What a reading that is no value means for the look.
struct consequence {
  reading what;
  const char* reason;
  const char* words;
};

constexpr consequence k_consequences[]{
    {reading::no_data, "NoData", "has no data"},
    {reading::not_a_number, "NotANumber", "is not a number"},
    {reading::infinite, "Infinite", "is infinite"},
    {reading::stale, "StaleData", "is too old"},
    {reading::no_traffic, "NoTraffic", "says nothing yet"},
    {reading::several_series, "SeveralSeries", "is more than one number"},
    {reading::unreachable, "SourceUnreachable", "cannot be asked for"},
    {reading::rejected, "QueryRejected", "is not answered by its source"},
    {reading::invalid_query, "QueryInvalid", "cannot be asked for as it is written"},
    {reading::bad_answer, "BadAnswer", "came with an answer that is none"},
};

judgement without_number(const model::metric_gate& gate, const look& found, const char* whose) {
  const auto row = std::ranges::find(k_consequences, found.what, &consequence::what);
  std::string message = gate.name + whose + " " + row->words;
  if (!found.words.empty()) message += ": " + found.words;
  const finding what = is_fault(found.what) ? finding::fault : finding::inconclusive;
  return {.finding = what, .reason = row->reason, .message = message, .hopeless = found.what == reading::invalid_query};
}

std::string measured(const model::metric_gate& gate, const look& canary) {
  std::string text = gate.name + " is " + shown(canary.value, gate.unit);
  if (canary.samples) text += " of " + std::to_string(std::llround(std::min(*canary.samples, 1e15))) + " samples";
  return text;
}

// The worst that the canary may be beside this number of stable's.
double limit_beside(const model::metric_gate& gate, double stable) {
  const double slack = gate.tolerance * std::abs(stable);
  return gate.better == model::better::lower ? stable + slack : stable - slack;
}

bool is_worse(const model::metric_gate& gate, double value, double than) {
  return gate.better == model::better::lower ? value > than : value < than;
}

judgement judge_bounds(const model::metric_gate& gate, const look& canary) {
  const std::string found = measured(gate, canary);
  if (gate.max && canary.value > *gate.max) return {finding::bad, "AboveMaximum", found + ", above the " + shown(*gate.max, gate.unit) + " allowed", gate.max};
  if (gate.min && canary.value < *gate.min) return {finding::bad, "BelowMinimum", found + ", below the " + shown(*gate.min, gate.unit) + " required", gate.min};
  return {finding::good, "WithinBounds", found, gate.max ? gate.max : gate.min};
}

judgement judge_beside_stable(const model::metric_gate& gate, const look& canary, const look& stable) {
  const double limit = limit_beside(gate, stable.value);
  const std::string message = measured(gate, canary) + "; stable's is " + shown(stable.value, gate.unit);
  if (!is_worse(gate, canary.value, limit)) return {finding::good, "NotWorseThanStable", message, limit};
  return {finding::bad, "WorseThanStable", message + ", and " + shown(limit, gate.unit) + " would be allowed", limit};
}

}  // namespace

judgement judge(const model::metric_gate& gate, const measurement& seen) {
  if (seen.canary.what != reading::value) return without_number(gate, seen.canary, "");
  const judgement alone = judge_bounds(gate, seen.canary);
  if (alone.finding == finding::bad || !gate.against_stable) return alone;
  if (gate.good_enough && !is_worse(gate, seen.canary.value, *gate.good_enough)) {
    return {finding::good, "GoodEnough", measured(gate, seen.canary), gate.good_enough};
  }
  const look stable = seen.stable.value_or(look{});
  if (stable.what != reading::value) return without_number(gate, stable, " of stable");
  return judge_beside_stable(gate, seen.canary, stable);
}

}  // namespace leadsman::analysis
