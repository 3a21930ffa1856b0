#include "analysis/judge.hpp"

#include <algorithm>
#include <cmath>

#include "wire/shown.hpp"

namespace leadsman::analysis {

using wire::shown;

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

// The worst that a number may be beside this one.
double limit_beside(const model::metric_gate& gate, double other) {
  const double slack = gate.tolerance * std::abs(other);
  return gate.better == model::better::lower ? other + slack : other - slack;
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

// How the other number is spoken of.
struct comparison {
  const char* whose;  // "http-p99 of stable has no data"
  const char* is;     // "; stable's is 80 ms"
  const char* good;
  const char* bad;
};

const comparison& words_of(model::against other) {
  static constexpr comparison k_stable{" of stable", "; stable's is ", "NotWorseThanStable", "WorseThanStable"};
  static constexpr comparison k_before{" before the upgrade", "; before the upgrade it was ", "NotWorseThanBefore", "WorseThanBefore"};
  return other == model::against::before ? k_before : k_stable;
}

judgement judge_beside(const model::metric_gate& gate, const look& canary, const look& other) {
  const comparison& words = words_of(gate.against);
  const double limit = limit_beside(gate, other.value);
  const std::string message = measured(gate, canary) + words.is + shown(other.value, gate.unit);
  if (!is_worse(gate, canary.value, limit)) return {finding::good, words.good, message, limit};
  return {finding::bad, words.bad, message + ", and " + shown(limit, gate.unit) + " would be allowed", limit};
}

}  // namespace

judgement judge(const model::metric_gate& gate, const measurement& seen) {
  if (seen.canary.what != reading::value) return without_number(gate, seen.canary, "");
  const judgement alone = judge_bounds(gate, seen.canary);
  if (alone.finding == finding::bad || gate.against == model::against::nothing) return alone;
  if (gate.good_enough && !is_worse(gate, seen.canary.value, *gate.good_enough)) {
    return {finding::good, "GoodEnough", measured(gate, seen.canary), gate.good_enough};
  }
  const look other = seen.beside.value_or(look{});
  if (other.what != reading::value) return without_number(gate, other, words_of(gate.against).whose);
  return judge_beside(gate, seen.canary, other);
}

}  // namespace leadsman::analysis
