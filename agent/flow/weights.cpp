#include "flow/weights.hpp"

#include <algorithm>
#include <functional>

#include "flow/past.hpp"

namespace leadsman::flow {

using model::canary_step;
using model::gate;
using model::step_kind;
using model::step_record;

namespace {

const canary_step* step_now(const situation& now) {
  const auto weight = weight_now(now.steps);
  return weight ? model::step_of(*now.canary, *weight) : nullptr;
}

bool is_helm_test(const gate& g) { return std::holds_alternative<model::helm_test_gate>(g); }

// By a pause, of a time or until somebody promotes.
bool is_held(const canary_step& step) { return !step.pause || step.pause->count() > 0; }

bool came(const step_record& step, outcome how) { return step.outcome == model::word_of(k_outcome, how); }

bool has_gate(const canary_step* step, auto fits) { return step && std::ranges::any_of(step->gates, fits); }

}  // namespace

std::optional<int> weight_now(std::span<const step_record> steps) {
  const step_record* shift = find_step(steps, step_kind::shift);
  return shift ? shift->weight : std::nullopt;
}

int weight_left(std::span<const step_record> steps) {
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const bool was_set = step->kind == step_kind::shift && step->status == model::step_status::done && step->reason.empty();
    if (was_set || came(*step, outcome::adopted)) return step->weight.value_or(0);
  }
  return 0;
}

std::optional<int> next_weight(const situation& now) {
  const step_record& last = now.steps.back();
  if (came(last, outcome::promoted_fully)) return std::nullopt;
  if (came(last, outcome::promoted) || came(last, outcome::adopted)) return last.weight;
  const canary_step* next = model::step_after(*now.canary, weight_now(now.steps).value_or(-1));
  return next ? std::optional(next->weight) : std::nullopt;
}

std::optional<int> weight_ahead(const model::canary& canary, std::span<const step_record> steps) {
  const auto weight = weight_now(steps);
  const canary_step* step = weight ? model::step_of(canary, *weight) : nullptr;
  const canary_step* next = step ? model::step_after(canary, *weight) : nullptr;
  const bool goes_on_at_once = next && !next->after && !is_held(*step) && std::ranges::all_of(step->gates, is_helm_test);
  return goes_on_at_once ? std::optional(next->weight) : std::nullopt;
}

std::optional<wall_time> due_next(const model::canary& canary, std::span<const step_record> steps) {
  const canary_step* next = model::step_after(canary, weight_now(steps).value_or(-1));
  const auto after = next ? next->after : canary.done_after;
  const auto first = std::ranges::find_if(steps, [](const step_record& s) {
    return s.kind == step_kind::shift && s.weight.value_or(0) > 0 && s.ended_at;
  });
  if (!after || first == steps.end()) return std::nullopt;
  return *first->ended_at + *after;
}

bool wants_tests(const situation& now) {
  return now.policy.tests != model::tests::skip && has_gate(step_now(now), is_helm_test);
}

bool wants_analysis(const situation& now) {
  return has_gate(step_now(now), std::not_fn(is_helm_test));
}

bool wants_hold(const situation& now) {
  const canary_step* step = step_now(now);
  return now.promote || due_next(*now.canary, now.steps) || (step && is_held(*step));
}

bool keeps_both(const situation& now) {
  return now.canary->at_end == model::canary_end::keep && !came(now.steps.back(), outcome::promoted_fully);
}

}  // namespace leadsman::flow
