#include "flow/past.hpp"

#include <algorithm>

namespace leadsman::flow {

using model::step_kind;
using model::step_record;
using model::step_status;
namespace reason = model::reason;

const step_record* find_step(std::span<const step_record> steps, step_kind kind) {
  const auto at = std::ranges::find(steps.rbegin(), steps.rend(), kind, &step_record::kind);
  return at == steps.rend() ? nullptr : &*at;
}

bool has_failed(const step_record* step) { return step && step->status == step_status::failed; }

const step_record* cause_of(std::span<const step_record> steps) {
  const auto at = std::ranges::find_if(steps, [](const step_record& s) {
    return s.status == step_status::failed && s.kind != step_kind::evidence && s.kind != step_kind::record;
  });
  return at == steps.end() ? nullptr : &*at;
}

bool may_have_changed(std::span<const step_record> steps, step_kind kind) {
  const step_record* step = find_step(steps, kind);
  return step && step->outcome != model::word_of(k_outcome, outcome::untouched);
}

bool has_canary(const situation& now) { return may_have_changed(now.steps, step_kind::start_canary); }

static bool was_cleared(std::span<const step_record> steps) {
  const step_record* clearing = find_step(steps, step_kind::clear_canary);
  return clearing && clearing->status == step_status::done;
}

bool has_left(const situation& now) { return now.left_weight && !was_cleared(now.steps) && !find_step(now.steps, step_kind::home); }

bool is_about_canary(const step_record& step) { return step.kind == step_kind::start_canary || step.weight.has_value(); }

bool is_home(std::span<const step_record> steps) {
  const step_record* home = find_step(steps, step_kind::home);
  return home && home->status == step_status::done;
}

bool is_on_way_back(std::span<const step_record> steps) {
  if (find_step(steps, step_kind::evidence) || find_step(steps, step_kind::rollback)) return true;
  return find_step(steps, step_kind::home) && !may_have_changed(steps, step_kind::upgrade);
}

bool was_canceled(const situation& now) { return now.cancel && now.cancel->mode == model::on_cancel::rollback; }

std::string cancel_message(const model::cancel_request& cancel) {
  return "canceled by " + cancel.by + (cancel.reason.empty() ? "" : ": " + cancel.reason);
}

std::string fate_of_left(const situation& now) {
  if (!now.left_weight) return "";
  if (was_cleared(now.steps)) return "; the canary that an earlier deployment had left was removed";
  if (!has_left(now)) return "";
  if (*now.left_weight == 0) return "; the canary that an earlier deployment has left is still there, without traffic";
  return "; the canary that an earlier deployment has left still gets " + std::to_string(*now.left_weight) + " % of the traffic";
}

std::string nothing_changed(const situation& now) {
  if (was_cleared(now.steps)) return "; nothing was changed but that the canary of an earlier deployment was removed";
  return "; nothing was changed" + fate_of_left(now);
}

std::pair<std::string, std::string> why_back(const situation& now) {
  const step_record* cause = cause_of(now.steps);
  if (cause && !(was_canceled(now) && cause->reason == reason::k_canceled_by_user)) return {cause->reason, cause->message};
  if (now.cancel) return {std::string(reason::k_canceled_by_user), cancel_message(*now.cancel)};
  if (now.superseded) return {std::string(reason::k_superseded), "a newer deployment of this release took its place"};
  return {std::string(reason::k_internal), "the way back was taken for no known reason"};
}

}  // namespace leadsman::flow
