#include "flow/way_back.hpp"

#include <algorithm>

#include "flow/past.hpp"
#include "flow/weights.hpp"

namespace leadsman::flow {

using model::phase;
using model::request_kind;
using model::rollback_outcome;
using model::step_kind;
using model::step_record;
namespace reason = model::reason;

namespace {

// Where traffic was led while it cannot be brought home, for whoever has to go on by hand: nobody knows what others have set.
std::string where_traffic_is(const situation& now) {
  if (is_home(now.steps)) return "";
  const int weight = has_canary(now) ? weight_now(now.steps).value_or(0) : now.kind == request_kind::promote ? now.left_weight.value_or(0) : 0;
  return weight == 0 ? "" : "; the canary is still there, and the last weight that Leadsman set is " + std::to_string(weight) + " %";
}

bool is_way_back_by_hand(const situation& now) { return !model::is_rendered(now.kind); }

decision end_of_failed_way_back(const situation& now, const step_record& culprit) {
  if (is_way_back_by_hand(now)) return ended(phase::failed, culprit.reason, culprit.message, rollback_outcome::failed);
  const auto [why, message] = why_back(now);
  const std::string cause = &culprit == cause_of(now.steps) ? culprit.message : message + "; and the way back failed: " + culprit.message;
  return ended(phase::failed, culprit.reason, cause + where_traffic_is(now), rollback_outcome::failed);
}

// The steps of the way back that can fail, the last one first.
const step_record* failed_on_way_back(const situation& now) {
  for (const step_kind kind : {step_kind::prove, step_kind::home, step_kind::rollback}) {
    const step_record* step = find_step(now.steps, kind);
    if (has_failed(step)) return step;
  }
  return nullptr;
}

bool keeps(const situation& now) {
  return now.policy.on_failure == model::on_failure::keep && !was_canceled(now) && !now.superseded;
}

decision roll_back(const situation& now) {
  const auto [why, message] = why_back(now);
  if (keeps(now)) return ended(phase::kept, why, message + where_traffic_is(now));
  if (!now.way_back) return ended(phase::failed, why, message + "; there is no verified revision to go back to" + where_traffic_is(now));
  return begin(now, step_kind::rollback);
}

// Nothing but the canary was made; stable is what it was.
bool is_canary_alone(const situation& now) { return has_canary(now) && !may_have_changed(now.steps, step_kind::upgrade); }

bool keeps_canary(const situation& now) {
  return is_on_way_back(now.steps) && (keeps(now) || now.canary->when_aborted == model::aborted_canary::keep);
}

decision end_with_unremoved(const situation& now) {
  const auto [why, message] = why_back(now);
  const step_record& last = now.steps.back();
  if (has_failed(&last)) {
    return ended(phase::failed, reason::k_uninstall_failed, message + "; and removing it failed: " + last.message, rollback_outcome::failed);
  }
  return ended(phase::rolled_back, why, message + "; the first installation was removed", rollback_outcome::succeeded);
}

// Said at the end of an abort, when the canary is still there.
std::string what_is_left(const situation& now) {
  if (!has_canary(now)) return fate_of_left(now);
  const step_record* removal = find_step(now.steps, step_kind::remove_canary);
  if (has_failed(removal)) return "; the canary has no traffic, but could not be removed: " + removal->message;
  return removal ? "; all traffic is at stable and the canary was removed" : "; all traffic is at stable, and the canary was kept for a look";
}

decision end_gone_back(const situation& now) {
  const auto [why, message] = why_back(now);
  if (now.kind == request_kind::rollback) {
    return ended(phase::succeeded, reason::k_rolled_back_by_hand, now.steps.back().message + fate_of_left(now), rollback_outcome::succeeded);
  }
  if (now.kind == request_kind::abort) {
    return ended(phase::succeeded, reason::k_canary_removed, "all traffic is at stable, which serves as before; the canary was removed", rollback_outcome::succeeded);
  }
  if (why == reason::k_superseded) return ended(phase::superseded, why, message + what_is_left(now), rollback_outcome::succeeded);
  end back = ended(phase::rolled_back, why, message + what_is_left(now), rollback_outcome::succeeded);
  back.leaves_canary = has_canary(now) && !find_step(now.steps, step_kind::remove_canary);
  return back;
}

}  // namespace

// Steps at a weight have it; once stable is being upgraded, none is about the canary any more.
static std::optional<int> weight_of(const situation& now, step_kind step) {
  switch (step) {
    case step_kind::shift: return next_weight(now);
    case step_kind::test_canary:
    case step_kind::analyze:
    case step_kind::hold: return find_step(now.steps, step_kind::upgrade) ? std::nullopt : weight_now(now.steps);
    default: return std::nullopt;
  }
}

end end_with_both(const situation& now) {
  end both = ended(phase::succeeded, reason::k_kept_both,
                   "both are kept: the canary gets " + std::to_string(weight_left(now.steps)) + " % of the traffic and stable the rest, until somebody promotes or removes it");
  both.leaves_canary = true;
  return both;
}

end end_as_it_is(const situation& now) {
  std::string left;
  if (may_have_changed(now.steps, step_kind::upgrade)) left += "; the release was upgraded, and is not verified";
  if (has_canary(now)) {
    const int weight = weight_left(now.steps);
    left += weight == 0 ? "; the canary is there, without traffic" : "; the canary gets " + std::to_string(weight) + " % of the traffic, stable the rest";
  }
  const std::string what = left.empty() ? nothing_changed(now) : "; left as it is: " + left.substr(2) + fate_of_left(now);
  end left_so = ended(phase::canceled, reason::k_canceled_by_user, cancel_message(*now.cancel) + what);
  left_so.leaves_canary = has_canary(now);
  return left_so;
}

end ended(phase final_phase, std::string_view why, std::string message, rollback_outcome rollback) {
  return {final_phase, std::string(why), std::move(message), rollback, false};
}

perform begin(const situation& now, step_kind step) {
  const auto before = std::ranges::count(now.steps, step, &step_record::kind);
  perform next{step, static_cast<int>(before) + 1, false, std::nullopt};
  next.weight = weight_of(now, step);
  return next;
}

decision leave_forward(const situation& now) {
  const bool may_serve = is_canary_alone(now) && !find_step(now.steps, step_kind::home);
  return begin(now, may_serve ? step_kind::home : step_kind::evidence);
}

decision take_way_back(const situation& now) {
  if (const step_record* culprit = failed_on_way_back(now)) return end_of_failed_way_back(now, *culprit);
  if (now.first_installation) {
    const auto [why, message] = why_back(now);
    const bool removes = now.policy.on_first_failure == model::on_first_failure::uninstall || was_canceled(now);
    return removes ? decision(begin(now, step_kind::uninstall)) : ended(phase::kept, why, message);
  }
  // A canary serves until stable is proved good again; one that never touched stable only has to go.
  if (is_canary_alone(now)) return is_home(now.steps) ? after_home(now) : begin(now, step_kind::home);
  return roll_back(now);
}

decision after_home(const situation& now) {
  const bool lacks_evidence = is_canary_alone(now) && cause_of(now.steps) && !find_step(now.steps, step_kind::evidence);
  if (lacks_evidence) return begin(now, step_kind::evidence);
  if (!is_home(now.steps)) return finish(now);
  if (!keeps_canary(now)) return begin(now, step_kind::remove_canary);
  return after_removal(now);
}

decision after_removal(const situation& now) {
  // A stable that was never touched has no new revision to record: that it still serves is proved.
  return begin(now, may_have_changed(now.steps, step_kind::upgrade) ? step_kind::record : step_kind::prove);
}

decision after_proof(const situation& now) {
  if (!find_step(now.steps, step_kind::rollback)) return finish(now);
  if (has_canary(now) && !is_home(now.steps)) return begin(now, step_kind::home);
  if (now.clears_last && has_left(now)) return begin(now, step_kind::clear_canary);
  return begin(now, step_kind::record);
}

decision finish(const situation& now) {
  const step_record& last = now.steps.back();
  switch (last.kind) {
    case step_kind::look: return ended(phase::succeeded, reason::k_no_change, last.message);
    case step_kind::uninstall: return end_with_unremoved(now);
    case step_kind::home: {
      if (!may_have_changed(now.steps, step_kind::upgrade)) return end_of_failed_way_back(now, last);
      const std::string done = find_step(now.steps, step_kind::rollback) ? "stable was brought back and proved" : "stable was upgraded and is verified";
      return ended(phase::failed, last.reason, done + ", but traffic could not be brought home: " + last.message + where_traffic_is(now));
    }
    default: break;
  }
  if (find_step(now.steps, step_kind::rollback) || last.kind == step_kind::prove) return end_gone_back(now);
  const step_record* removal = find_step(now.steps, step_kind::remove_canary);
  return ended(phase::succeeded, reason::k_deployed, last.message + (has_failed(removal) ? "; the canary could not be removed: " + removal->message : ""));
}

decision end_without_effect(const situation& now) {
  const step_record& last = now.steps.back();
  const auto came = model::value_of(k_outcome, last.outcome);
  const bool declined = came == outcome::held || came == outcome::no_way_back || came == outcome::stuck || came == outcome::missing ||
                        last.reason == reason::k_out_of_reach || last.reason == reason::k_canary_refused || last.reason == reason::k_gates_refused;
  if (last.reason == reason::k_canceled_by_user) return ended(phase::canceled, last.reason, last.message + nothing_changed(now));
  if (last.reason == reason::k_superseded) {
    return ended(phase::superseded, last.reason, "a newer deployment of this release took its place" + nothing_changed(now));
  }
  if (last.kind == step_kind::clear_canary) {
    const auto way_back = is_way_back_by_hand(now) ? rollback_outcome::failed : rollback_outcome::none;
    return ended(phase::failed, last.reason, "the canary that an earlier deployment has left could not be taken away: " + last.message, way_back);
  }
  return ended(declined ? phase::declined : phase::failed, last.reason, last.message + fate_of_left(now));
}

}  // namespace leadsman::flow
