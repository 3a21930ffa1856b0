#include "flow/abandoned.hpp"

#include <algorithm>
#include <string>

#include "flow/outcome.hpp"

namespace leadsman::flow {

using model::step_kind;
using model::step_record;

namespace {

bool changes_the_release(const step_record& step) {
  switch (step.kind) {
    case step_kind::upgrade:
    case step_kind::start_canary: return step.outcome != model::word_of(k_outcome, outcome::untouched);
    case step_kind::clear_canary:
    case step_kind::shift:
    case step_kind::home:
    case step_kind::remove_canary:
    case step_kind::rollback:
    case step_kind::uninstall: return true;
    default: return false;
  }
}

// The last step whose effect may be in the cluster: its intent is saved before it acts.
const step_record* last_change(const model::deployment& left) {
  const auto at = std::ranges::find_if(left.steps.rbegin(), left.steps.rend(), changes_the_release);
  return at == left.steps.rend() ? nullptr : &*at;
}

std::string what_may_be(const step_record& change) {
  switch (change.kind) {
    case step_kind::rollback: return "its way back had begun: the release may be as it was before that, half way, or back without proof";
    case step_kind::uninstall: return "it had begun to remove the failed first installation: that may be there, half removed, or gone";
    case step_kind::start_canary: return "its canary was being started: that may be there, half made, and has no traffic";
    case step_kind::clear_canary: return "the canary that an earlier deployment had left was being taken away: part of the traffic may still go to it";
    case step_kind::shift: return "its canary may have part of the traffic";
    case step_kind::home: return "traffic was on its way to stable: part of it may go to the canary, which is still there";
    case step_kind::remove_canary: return "all traffic goes to stable; its canary may be there, half removed, or gone";
    default: return "helm upgrade had begun: the release may be as before, half changed, or upgraded without having been verified";
  }
}

model::rollback_outcome way_back_of(const step_record* change) {
  const bool begun = change && (change->kind == step_kind::rollback || change->kind == step_kind::uninstall);
  return begun ? model::rollback_outcome::failed : model::rollback_outcome::none;
}

}  // namespace

end end_abandoned(const model::deployment& left, std::string_view why, const model::cancel_request& asked) {
  const step_record* change = last_change(left);
  const std::string state = change ? what_may_be(*change) : "it had not begun to change the release";
  std::string message = "canceled by " + asked.by + (asked.reason.empty() ? "" : ": " + asked.reason) + "; no agent could carry it on (" +
                        std::string(why) + "), so nothing was looked at in the cluster and nothing was brought back; " + state;
  return {change ? model::phase::failed : model::phase::canceled, std::string(model::reason::k_abandoned), std::move(message), way_back_of(change), false};
}

end end_broken(const model::deployment& left, std::string_view reason, std::string_view why) {
  const step_record* change = last_change(left);
  const std::string state = change ? what_may_be(*change) + "; nothing more was done about it" : "it had not begun to change the release";
  return {model::phase::failed, std::string(reason), std::string(why) + "; " + state, way_back_of(change), false};
}

}  // namespace leadsman::flow
