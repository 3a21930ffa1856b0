#include "plan/timeline.hpp"

#include <algorithm>
#include <map>
#include <variant>

namespace leadsman::plan {

using model::step_kind;
using std::chrono::milliseconds;

namespace {

using known_durations = std::map<step_kind, std::vector<milliseconds>>;

const expectation k_unknown{milliseconds(0), std::nullopt};

expectation exactly(milliseconds span) { return {span, span}; }

milliseconds median(std::vector<milliseconds> of) {
  std::ranges::sort(of);
  const size_t middle = of.size() / 2;
  return of.size() % 2 == 1 ? of[middle] : (of[middle - 1] + of[middle]) / 2;
}

expectation as_before(const known_durations& known, step_kind kind) {
  const auto at = known.find(kind);
  if (at == known.end()) return k_unknown;
  expectation out = exactly(median(at->second));
  out.measured = true;
  return out;
}

// At best every look has a number; at most so many in between have none that it still passes.
expectation time_of(const model::measuring& pace) {
  const milliseconds delay = pace.delay.value_or(pace.window);
  return {delay + (pace.count - 1) * pace.interval, delay + (pace.count - 1 + pace.inconclusive_limit) * pace.interval};
}

// Absent for what is not measured, and for what nobody waits for.
std::optional<expectation> time_of(const model::gate& gate) {
  return std::visit(
      [](const auto& g) -> std::optional<expectation> {
        if constexpr (requires { g.measuring; }) {
          if (!g.advisory) return time_of(g.measuring);
        }
        return std::nullopt;
      },
      gate);
}

// All metrics are measured at the same time.
expectation time_of_metrics(const std::vector<model::gate>& gates) {
  expectation longest;
  for (const model::gate& gate : gates) {
    const auto one = time_of(gate);
    if (!one) continue;
    longest.least = std::max(longest.least, one->least);
    longest.most = std::max(longest.most, one->most);
  }
  return longest;
}

// In a list by time it is the next weight that says when it comes.
expectation time_of_pause(const model::canary_step& step, bool by_time) {
  if (by_time && step.weight > 0) return {};
  if (step.pause) return exactly(*step.pause);
  expectation out = k_unknown;
  out.by_hand = true;
  return out;
}

expectation time_at_weight(const model::canary_step& step, bool by_time, const known_durations& known) {
  expectation sum = as_before(known, step_kind::shift);
  const bool tested = std::ranges::any_of(step.gates, [](const model::gate& g) { return std::holds_alternative<model::helm_test_gate>(g); });
  if (tested) sum = sum + as_before(known, step_kind::test_canary);
  return sum + time_of_metrics(step.gates) + time_of_pause(step, by_time);
}

expectation time_of(const planned_step& step, const std::optional<model::canary>& canary, const std::vector<model::gate>& gates, const known_durations& known) {
  if (step.kind == step_kind::analyze) return time_of_metrics(gates);
  const model::canary_step* weight = canary && step.weight ? model::step_of(*canary, *step.weight) : nullptr;
  return weight ? time_at_weight(*weight, model::goes_by_time(*canary), known) : as_before(known, step.kind);
}

expectation later_of(const expectation& a, const expectation& b) {
  expectation out{std::max(a.least, b.least), std::nullopt, a.by_hand || b.by_hand, a.measured || b.measured};
  if (a.most && b.most) out.most = std::max(*a.most, *b.most);
  return out;
}

// How long after the first weight a step is due at the earliest.
std::optional<milliseconds> due_of(const planned_step& step, const std::optional<model::canary>& canary) {
  if (!canary) return std::nullopt;
  if (step.kind == step_kind::upgrade) return canary->done_after;
  const model::canary_step* weight = step.weight ? model::step_of(*canary, *step.weight) : nullptr;
  return weight ? weight->after : std::nullopt;
}

known_durations durations_of(const std::vector<past_deployment>& past, size_t newest) {
  known_durations known;
  for (size_t i = 0; i < newest; ++i) {
    for (const past_step& step : past[i]) known[step.kind].push_back(step.took);
  }
  return known;
}

}  // namespace

expectation operator+(const expectation& a, const expectation& b) {
  expectation sum{a.least + b.least, std::nullopt, a.by_hand || b.by_hand, a.measured || b.measured};
  if (a.most && b.most) sum.most = *a.most + *b.most;
  return sum;
}

timeline make_timeline(const std::vector<planned_step>& steps, const std::optional<model::canary>& canary, const std::vector<model::gate>& gates, const std::vector<past_deployment>& past) {
  timeline out;
  const size_t newest = std::min(past.size(), k_past_deployments);
  const known_durations known = durations_of(past, newest);
  std::optional<expectation> first_weight;  // is in effect
  for (const planned_step& step : steps) {
    if (const auto due = due_of(step, canary); due && first_weight) out.whole = later_of(out.whole, *first_weight + exactly(*due));
    out.steps.push_back({out.whole, time_of(step, canary, gates, known)});
    if (!first_weight && step.weight.value_or(0) > 0) first_weight = out.whole + as_before(known, step_kind::shift);
    out.whole = out.whole + out.steps.back().takes;
  }
  if (out.whole.measured) out.deployments = static_cast<int>(newest);
  return out;
}

}  // namespace leadsman::plan
