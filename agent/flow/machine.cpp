#include "flow/machine.hpp"

#include <algorithm>
#include <array>

#include "flow/past.hpp"
#include "flow/way_back.hpp"
#include "flow/weights.hpp"

namespace leadsman::flow {

using model::phase;
using model::request_kind;
using model::step_kind;
using model::step_record;
using model::step_status;
namespace reason = model::reason;

namespace {

// Where a row leads: a step, or a place where the user's policy or the past decides.
enum class go {
  look,
  test,
  measure,
  evidence,
  prove,
  measure_release,    // gates after the upgrade, when there are any
  after_analysis,     // on to the pause before the next weight, or home
  forward,            // after look: on, or straight to the rollback that was asked for
  canary_or_upgrade,  // after preflight: first the canary of an earlier deployment goes
  after_clearing,
  next_weight,        // or the promotion, after the last one
  gates,
  tests_gate,         // no tests were found
  canary_tests_gate,
  way_back,           // rollback, uninstall, the canary's end, or keep
  after_home,
  after_removal,
  after_proof,
  nothing_done,
  finish,
};

// A rolling deployment is one of a canary without weights.
constexpr struct row {
  step_kind step;
  outcome came;
  go next;
} k_table[]{
    // step                    came                      next
    {step_kind::acquire,       outcome::done,            go::look},
    {step_kind::acquire,       outcome::held,            go::nothing_done},
    {step_kind::acquire,       outcome::failed,          go::nothing_done},

    {step_kind::look,          outcome::done,            go::forward},
    {step_kind::look,          outcome::no_change,       go::finish},
    {step_kind::look,          outcome::no_way_back,     go::nothing_done},
    {step_kind::look,          outcome::stuck,           go::nothing_done},
    {step_kind::look,          outcome::missing,         go::nothing_done},
    {step_kind::look,          outcome::failed,          go::nothing_done},

    {step_kind::preflight,     outcome::done,            go::canary_or_upgrade},
    {step_kind::preflight,     outcome::failed,          go::nothing_done},

    {step_kind::clear_canary,  outcome::done,            go::after_clearing},
    {step_kind::clear_canary,  outcome::failed,          go::nothing_done},

    {step_kind::start_canary,  outcome::done,            go::next_weight},
    {step_kind::start_canary,  outcome::untouched,       go::nothing_done},
    {step_kind::start_canary,  outcome::failed,          go::evidence},

    {step_kind::shift,         outcome::done,            go::gates},
    {step_kind::shift,         outcome::failed,          go::evidence},

    {step_kind::test_canary,   outcome::done,            go::measure},
    {step_kind::test_canary,   outcome::missing,         go::canary_tests_gate},
    {step_kind::test_canary,   outcome::adopted,         go::next_weight},
    {step_kind::test_canary,   outcome::failed,          go::evidence},

    {step_kind::analyze,       outcome::done,            go::after_analysis},
    {step_kind::analyze,       outcome::adopted,         go::next_weight},
    {step_kind::analyze,       outcome::failed,          go::evidence},

    {step_kind::hold,          outcome::done,            go::next_weight},
    {step_kind::hold,          outcome::promoted,        go::next_weight},
    {step_kind::hold,          outcome::promoted_fully,  go::next_weight},
    {step_kind::hold,          outcome::adopted,         go::next_weight},
    {step_kind::hold,          outcome::failed,          go::evidence},

    {step_kind::upgrade,       outcome::done,            go::test},
    {step_kind::upgrade,       outcome::untouched,       go::nothing_done},
    {step_kind::upgrade,       outcome::failed,          go::evidence},

    {step_kind::test,          outcome::done,            go::measure_release},
    {step_kind::test,          outcome::missing,         go::tests_gate},
    {step_kind::test,          outcome::failed,          go::evidence},

    {step_kind::home,          outcome::done,            go::after_home},
    {step_kind::home,          outcome::failed,          go::after_home},

    {step_kind::remove_canary, outcome::done,            go::after_removal},
    {step_kind::remove_canary, outcome::failed,          go::after_removal},

    {step_kind::record,        outcome::done,            go::finish},
    {step_kind::record,        outcome::failed,          go::finish},

    {step_kind::evidence,      outcome::done,            go::way_back},
    {step_kind::evidence,      outcome::failed,          go::way_back},

    {step_kind::rollback,      outcome::done,            go::prove},
    {step_kind::rollback,      outcome::failed,          go::evidence},

    {step_kind::prove,         outcome::done,            go::after_proof},
    {step_kind::prove,         outcome::failed,          go::evidence},

    {step_kind::uninstall,     outcome::done,            go::finish},
    {step_kind::uninstall,     outcome::failed,          go::finish},
};

bool is_canary(const situation& now) { return now.canary && !now.first_installation; }

// A canary that an earlier deployment has left is promoted like one's own.
perform begin_home_or_record(const situation& now) {
  const bool leads_home = has_canary(now) || now.kind == request_kind::promote;
  return begin(now, leads_home ? step_kind::home : step_kind::record);
}

decision begin_next_weight(const situation& now) {
  if (next_weight(now)) return begin(now, step_kind::shift);
  return keeps_both(now) ? decision(end_with_both(now)) : begin(now, step_kind::upgrade);
}

decision begin_hold(const situation& now) { return wants_hold(now) ? begin(now, step_kind::hold) : begin_next_weight(now); }

decision begin_analysis(const situation& now) { return wants_analysis(now) ? begin(now, step_kind::analyze) : begin_hold(now); }

decision begin_gates(const situation& now) { return wants_tests(now) ? begin(now, step_kind::test_canary) : begin_analysis(now); }

perform begin_change(const situation& now) {
  switch (now.kind) {
    case request_kind::rollback: return begin(now, step_kind::rollback);
    case request_kind::abort: return begin(now, step_kind::prove);
    case request_kind::promote: return begin(now, step_kind::upgrade);
    case request_kind::deploy: break;
  }
  return begin(now, is_canary(now) ? step_kind::start_canary : step_kind::upgrade);
}

// What an earlier deployment has left is taken away before anything is made, unless it is what is to be promoted.
perform clear_or_change(const situation& now) {
  const bool clears = has_left(now) && now.kind != request_kind::promote && !now.clears_last;
  return clears ? begin(now, step_kind::clear_canary) : begin_change(now);
}

perform begin_forward(const situation& now) {
  return model::is_rendered(now.kind) ? begin(now, step_kind::preflight) : clear_or_change(now);
}

// The release itself, which has its new version now.
perform begin_release_analysis(const situation& now) { return now.measures_release ? begin(now, step_kind::analyze) : begin_home_or_record(now); }

decision follow_row(const situation& now, go next_place) {
  const bool tests_required = now.policy.tests == model::tests::require;
  switch (next_place) {
    case go::look: return begin(now, step_kind::look);
    case go::forward: return begin_forward(now);
    case go::canary_or_upgrade: return clear_or_change(now);
    case go::after_clearing: return now.clears_last ? begin(now, step_kind::record) : begin_change(now);
    case go::next_weight: return begin_next_weight(now);
    case go::gates: return begin_gates(now);
    case go::measure: return begin_analysis(now);
    case go::after_analysis: return now.steps.back().weight ? begin_hold(now) : decision(begin_home_or_record(now));
    case go::canary_tests_gate: return tests_required ? leave_forward(now) : begin_analysis(now);
    case go::test: return now.policy.tests == model::tests::skip ? begin_release_analysis(now) : begin(now, step_kind::test);
    case go::tests_gate: return tests_required ? begin(now, step_kind::evidence) : begin_release_analysis(now);
    case go::measure_release: return begin_release_analysis(now);
    case go::evidence: return leave_forward(now);
    case go::prove: return begin(now, step_kind::prove);
    case go::way_back: return take_way_back(now);
    case go::after_home: return after_home(now);
    case go::after_removal: return after_removal(now);
    case go::after_proof: return after_proof(now);
    case go::nothing_done: return has_canary(now) ? take_way_back(now) : end_without_effect(now);
    case go::finish: return finish(now);
  }
  return ended(phase::failed, reason::k_internal, "no rule for what comes next");
}

// Requests to stop are heard between two steps of the way forward.
std::optional<decision> hear_requests(const situation& now) {
  if (!is_on_way_forward(now.steps)) return std::nullopt;
  const bool changed = may_have_changed(now.steps, step_kind::upgrade) || has_canary(now);
  if (now.superseded) {
    // The newer one starts a canary of its own: ours is taken out of its way.
    if (has_canary(now)) return take_way_back(now);
    return ended(phase::superseded, reason::k_superseded,
                 changed ? "a newer deployment of this release goes on from here"
                         : "a newer deployment of this release took its place" + nothing_changed(now));
  }
  if (!now.cancel) return std::nullopt;
  switch (now.cancel->mode) {
    case model::on_cancel::proceed: return std::nullopt;
    case model::on_cancel::pause: return pause{};
    case model::on_cancel::leave: return end_as_it_is(now);
    case model::on_cancel::rollback: break;
  }
  if (!changed) return ended(phase::canceled, reason::k_canceled_by_user, cancel_message(*now.cancel) + nothing_changed(now));
  return take_way_back(now);
}

// What has ended by itself is not canceled any more.
bool hears(go place) { return place != go::nothing_done && place != go::finish && place != go::evidence; }

}  // namespace

bool is_on_way_forward(std::span<const step_record> steps) {
  static constexpr step_kind k_after[]{step_kind::home,     step_kind::remove_canary, step_kind::record,   step_kind::evidence,
                                       step_kind::rollback, step_kind::prove,         step_kind::uninstall};
  return std::ranges::none_of(steps, [](const step_record& s) { return std::ranges::find(k_after, s.kind) != std::end(k_after); });
}

decision next(const situation& now) {
  if (now.steps.empty()) {
    if (auto asked = hear_requests(now); asked && !std::holds_alternative<pause>(*asked)) return *asked;
    return begin(now, step_kind::acquire);
  }
  const step_record& last = now.steps.back();
  if (last.status == step_status::intended) return perform{last.kind, last.attempt, true, last.weight};

  const auto came = model::value_of(k_outcome, last.outcome);
  const auto at = std::ranges::find_if(k_table, [&](const row& r) { return r.step == last.kind && r.came == came; });
  if (!came || at == std::end(k_table)) {
    return ended(phase::failed, reason::k_internal, "no rule for '" + last.outcome + "' after " +
                                                        std::string(model::word_of(model::k_step_kind, last.kind)));
  }
  if (hears(at->next)) {
    if (auto asked = hear_requests(now)) return *asked;
  }
  return follow_row(now, at->next);
}

std::span<const outcome> outcomes_of(step_kind step) {
  static constexpr outcome k_acquire[]{outcome::done, outcome::held, outcome::failed};
  static constexpr outcome k_look[]{outcome::done,  outcome::no_change, outcome::no_way_back,
                                    outcome::stuck, outcome::missing,   outcome::failed};
  static constexpr outcome k_upgrade[]{outcome::done, outcome::untouched, outcome::failed};
  static constexpr outcome k_test[]{outcome::done, outcome::missing, outcome::failed};
  static constexpr outcome k_test_canary[]{outcome::done, outcome::missing, outcome::adopted, outcome::failed};
  static constexpr outcome k_analyze[]{outcome::done, outcome::adopted, outcome::failed};
  static constexpr outcome k_hold[]{outcome::done, outcome::promoted, outcome::promoted_fully, outcome::adopted, outcome::failed};
  static constexpr outcome k_other[]{outcome::done, outcome::failed};
  switch (step) {
    case step_kind::acquire: return k_acquire;
    case step_kind::look: return k_look;
    case step_kind::start_canary:
    case step_kind::upgrade: return k_upgrade;
    case step_kind::test: return k_test;
    case step_kind::test_canary: return k_test_canary;
    case step_kind::analyze: return k_analyze;
    case step_kind::hold: return k_hold;
    default: return k_other;
  }
}

phase phase_of(const situation& now, step_kind step) {
  const phase forward = has_canary(now) || now.kind == request_kind::promote ? phase::promoting : phase::deploying;
  const bool back = is_on_way_back(now.steps) || !may_have_changed(now.steps, step_kind::upgrade);
  switch (step) {
    case step_kind::acquire: return phase::pending;
    case step_kind::test_canary:
    case step_kind::analyze:
    case step_kind::test: return phase::analyzing;
    case step_kind::hold: return phase::paused;
    case step_kind::upgrade: return forward;
    case step_kind::clear_canary: return model::is_rendered(now.kind) ? phase::deploying : phase::rolling_back;
    case step_kind::evidence: return is_on_way_back(now.steps) ? phase::rolling_back : phase::deploying;
    case step_kind::home:
    case step_kind::remove_canary:
    case step_kind::record: return back ? phase::rolling_back : forward;
    case step_kind::rollback:
    case step_kind::prove:
    case step_kind::uninstall: return phase::rolling_back;
    default: return phase::deploying;
  }
}

}  // namespace leadsman::flow
