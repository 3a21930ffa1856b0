#include "flow/rolling.hpp"

#include <algorithm>
#include <array>

namespace leadsman::flow {

using model::phase;
using model::request_kind;
using model::rollback_outcome;
using model::step_kind;
using model::step_record;
using model::step_status;
namespace reason = model::reason;

namespace {

// Where a row leads: a step, or a place where the user's policy or the past decides.
enum class go {
  look,
  preflight,
  upgrade,
  test,
  record,
  evidence,
  prove,
  forward,     // after look: upgrade, or straight to the rollback that was asked for
  tests_gate,  // no tests were found
  way_back,    // rollback, uninstall, or keep
  nothing_done,
  finish,
};

struct row {
  step_kind step;
  outcome came;
  go next;
};

constexpr row k_table[]{
    // step                came                   next
    {step_kind::acquire,   outcome::done,         go::look},
    {step_kind::acquire,   outcome::held,         go::nothing_done},
    {step_kind::acquire,   outcome::failed,       go::nothing_done},

    {step_kind::look,      outcome::done,         go::forward},
    {step_kind::look,      outcome::no_change,    go::finish},
    {step_kind::look,      outcome::no_way_back,  go::nothing_done},
    {step_kind::look,      outcome::stuck,        go::nothing_done},
    {step_kind::look,      outcome::missing,      go::nothing_done},
    {step_kind::look,      outcome::failed,       go::nothing_done},

    {step_kind::preflight, outcome::done,         go::upgrade},
    {step_kind::preflight, outcome::failed,       go::nothing_done},

    {step_kind::upgrade,   outcome::done,         go::test},
    {step_kind::upgrade,   outcome::untouched,    go::nothing_done},
    {step_kind::upgrade,   outcome::failed,       go::evidence},

    {step_kind::test,      outcome::done,         go::record},
    {step_kind::test,      outcome::missing,      go::tests_gate},
    {step_kind::test,      outcome::failed,       go::evidence},

    {step_kind::record,    outcome::done,         go::finish},
    {step_kind::record,    outcome::failed,       go::finish},

    {step_kind::evidence,  outcome::done,         go::way_back},
    {step_kind::evidence,  outcome::failed,       go::way_back},

    {step_kind::rollback,  outcome::done,         go::prove},
    {step_kind::rollback,  outcome::failed,       go::evidence},

    {step_kind::prove,     outcome::done,         go::record},
    {step_kind::prove,     outcome::failed,       go::evidence},

    {step_kind::uninstall, outcome::done,         go::finish},
    {step_kind::uninstall, outcome::failed,       go::finish},
};

const step_record* find_step(std::span<const step_record> steps, step_kind kind) {
  const auto at = std::ranges::find(steps.rbegin(), steps.rend(), kind, &step_record::kind);
  return at == steps.rend() ? nullptr : &*at;
}

bool failed(const step_record* step) { return step && step->status == step_status::failed; }

// What went wrong first; the message of the end is about it. A missing test counts when nothing failed outright.
const step_record* cause_of(std::span<const step_record> steps) {
  const auto at = std::ranges::find_if(steps, [](const step_record& s) {
    return s.status == step_status::failed && s.kind != step_kind::evidence && s.kind != step_kind::record;
  });
  return at == steps.end() ? nullptr : &*at;
}

end ended(phase final_phase, std::string_view why, std::string message,
          rollback_outcome rollback = rollback_outcome::none) {
  return {final_phase, std::string(why), std::move(message), rollback};
}

std::string cancel_message(const model::cancel_request& cancel) {
  return "canceled by " + cancel.by + (cancel.reason.empty() ? "" : ": " + cancel.reason);
}

perform begin(const situation& now, step_kind step) {
  const auto before = std::ranges::count(now.steps, step, &step_record::kind);
  return {step, static_cast<int>(before) + 1, false};
}

bool was_canceled(const situation& now) {
  return now.cancel && now.cancel->mode == model::on_cancel::rollback;
}

// Why we are on the way back, as reason and sentence.
std::pair<std::string, std::string> why_back(const situation& now) {
  const step_record* cause = cause_of(now.steps);
  if (cause && !(was_canceled(now) && cause->reason == reason::k_canceled_by_user)) {
    return {cause->reason, cause->message};
  }
  if (now.cancel) return {std::string(reason::k_canceled_by_user), cancel_message(*now.cancel)};
  return {std::string(reason::k_internal), "the way back was taken for no known reason"};
}

decision end_of_failed_way_back(const situation& now, const step_record& culprit) {
  if (now.kind == request_kind::rollback) {
    return ended(phase::failed, culprit.reason, culprit.message, rollback_outcome::failed);
  }
  const auto [why, message] = why_back(now);
  return ended(phase::failed, culprit.reason, message + "; and the way back failed: " + culprit.message,
               rollback_outcome::failed);
}

decision take_way_back(const situation& now) {
  const step_record* rollback = find_step(now.steps, step_kind::rollback);
  const step_record* proof = find_step(now.steps, step_kind::prove);
  if (failed(proof)) return end_of_failed_way_back(now, *proof);
  if (failed(rollback)) return end_of_failed_way_back(now, *rollback);

  const auto [why, message] = why_back(now);
  if (now.first_installation) {
    if (now.policy.on_first_failure == model::on_first_failure::uninstall || was_canceled(now)) {
      return begin(now, step_kind::uninstall);
    }
    return ended(phase::kept, why, message);
  }
  if (now.policy.on_failure == model::on_failure::keep && !was_canceled(now)) return ended(phase::kept, why, message);
  if (!now.way_back) return ended(phase::failed, why, message + "; there is no verified revision to go back to");
  return begin(now, step_kind::rollback);
}

decision finish(const situation& now) {
  const step_record& last = now.steps.back();
  if (last.kind == step_kind::look) return ended(phase::succeeded, reason::k_no_change, last.message);
  if (last.kind == step_kind::uninstall) {
    const auto [why, message] = why_back(now);
    if (failed(&last)) {
      return ended(phase::failed, reason::k_uninstall_failed, message + "; and removing it failed: " + last.message,
                   rollback_outcome::failed);
    }
    return ended(phase::rolled_back, why, message + "; the first installation was removed", rollback_outcome::succeeded);
  }
  if (find_step(now.steps, step_kind::rollback)) {
    if (now.kind == request_kind::rollback) {
      return ended(phase::succeeded, reason::k_rolled_back_by_hand, last.message, rollback_outcome::succeeded);
    }
    const auto [why, message] = why_back(now);
    return ended(phase::rolled_back, why, message, rollback_outcome::succeeded);
  }
  return ended(phase::succeeded, reason::k_deployed, last.message);
}

decision end_without_effect(const situation& now) {
  const step_record& last = now.steps.back();
  const bool declined = last.outcome == model::word_of(k_outcome, outcome::held) ||
                        last.outcome == model::word_of(k_outcome, outcome::no_way_back) ||
                        last.outcome == model::word_of(k_outcome, outcome::stuck) ||
                        last.outcome == model::word_of(k_outcome, outcome::missing) ||
                        last.reason == reason::k_out_of_reach;
  if (last.reason == reason::k_canceled_by_user) return ended(phase::canceled, last.reason, last.message + "; nothing was changed");
  if (last.reason == reason::k_superseded) {
    return ended(phase::superseded, last.reason, "a newer deployment of this release took its place; nothing was changed");
  }
  return ended(declined ? phase::declined : phase::failed, last.reason, last.message);
}

decision follow_row(const situation& now, go next_place) {
  switch (next_place) {
    case go::look: return begin(now, step_kind::look);
    case go::preflight: return begin(now, step_kind::preflight);
    case go::upgrade: return begin(now, step_kind::upgrade);
    case go::test:
      return begin(now, now.policy.tests == model::tests::skip ? step_kind::record : step_kind::test);
    case go::record: return begin(now, step_kind::record);
    case go::evidence: return begin(now, step_kind::evidence);
    case go::prove: return begin(now, step_kind::prove);
    case go::forward:
      return begin(now, now.kind == request_kind::rollback ? step_kind::rollback : step_kind::preflight);
    case go::tests_gate:
      return begin(now, now.policy.tests == model::tests::require ? step_kind::evidence : step_kind::record);
    case go::way_back: return take_way_back(now);
    case go::nothing_done: return end_without_effect(now);
    case go::finish: return finish(now);
  }
  return ended(phase::failed, reason::k_internal, "no rule for what comes next");
}

// Requests to stop are heard between two steps of the way forward.
std::optional<decision> hear_requests(const situation& now) {
  if (!is_on_way_forward(now.steps)) return std::nullopt;
  const step_record* upgrade = find_step(now.steps, step_kind::upgrade);
  const bool changed = upgrade && upgrade->outcome != model::word_of(k_outcome, outcome::untouched);
  if (now.superseded) {
    return ended(phase::superseded, reason::k_superseded,
                 changed ? "a newer deployment of this release goes on from here"
                         : "a newer deployment of this release took its place; nothing was changed");
  }
  if (!now.cancel) return std::nullopt;
  switch (now.cancel->mode) {
    case model::on_cancel::proceed: return std::nullopt;
    case model::on_cancel::pause: return pause{};
    case model::on_cancel::rollback: break;
  }
  if (!changed) {
    return ended(phase::canceled, reason::k_canceled_by_user, cancel_message(*now.cancel) + "; nothing was changed");
  }
  return take_way_back(now);
}

}  // namespace

bool is_on_way_forward(std::span<const step_record> steps) {
  return std::ranges::none_of(steps, [](const step_record& s) {
    return s.kind == step_kind::record || s.kind == step_kind::evidence || s.kind == step_kind::rollback ||
           s.kind == step_kind::prove || s.kind == step_kind::uninstall;
  });
}

decision next(const situation& now) {
  if (now.steps.empty()) {
    if (auto asked = hear_requests(now); asked && !std::holds_alternative<pause>(*asked)) return *asked;
    return begin(now, step_kind::acquire);
  }
  const step_record& last = now.steps.back();
  if (last.status == step_status::intended) return perform{last.kind, last.attempt, true};

  const auto came = model::value_of(k_outcome, last.outcome);
  const auto at = std::ranges::find_if(k_table, [&](const row& r) { return r.step == last.kind && r.came == came; });
  if (!came || at == std::end(k_table)) {
    return ended(phase::failed, reason::k_internal, "no rule for '" + last.outcome + "' after " +
                                                        std::string(model::word_of(model::k_step_kind, last.kind)));
  }
  // What has ended by itself is not canceled any more.
  if (at->next != go::nothing_done && at->next != go::finish && at->next != go::evidence) {
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
  static constexpr outcome k_other[]{outcome::done, outcome::failed};
  switch (step) {
    case step_kind::acquire: return k_acquire;
    case step_kind::look: return k_look;
    case step_kind::upgrade: return k_upgrade;
    case step_kind::test: return k_test;
    default: return k_other;
  }
}

phase phase_of(step_kind step) {
  switch (step) {
    case step_kind::acquire: return phase::pending;
    case step_kind::test: return phase::analyzing;
    case step_kind::rollback:
    case step_kind::prove:
    case step_kind::uninstall: return phase::rolling_back;
    default: return phase::deploying;
  }
}

}  // namespace leadsman::flow
