#include "flow/past.hpp"
#include "runner/canary/weight.hpp"
#include "runner/rest.hpp"
#include "runner/rollouts.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;

namespace {

std::string describe(const model::promotion& asked) {
  switch (asked.to) {
    case model::promotion_target::full: return "all the way";
    case model::promotion_target::weight: return "to " + std::to_string(asked.weight) + " %";
    case model::promotion_target::next: break;
  }
  return "to the next weight";
}

result<void> check_promotion(const rollout& r, const model::promotion& asked) {
  if (!r.request.canary || r.plan.first_installation) return fail(errc::conflict, "deployment " + r.id() + " has no canary to promote");
  if (r.request.kind != model::request_kind::deploy) return fail(errc::conflict, "deployment " + r.id() + " promotes a canary already, or takes one away");
  const bool ahead = flow::is_on_way_forward(r.now().steps) && !flow::find_step(r.now().steps, model::step_kind::upgrade);
  if (!ahead) return fail(errc::conflict, "deployment " + r.id() + " has no weight left: its canary has gone all the way, or is on its way back");
  if (asked.to != model::promotion_target::weight || asked.weight > weight_set(r)) return {};
  return fail(errc::conflict, "the canary has " + std::to_string(weight_set(r)) + " % already, and a promotion goes up; less is had by aborting it", "weight");
}

}  // namespace

task<result<model::deployment>> rollouts::promote(std::string id, model::promotion asked) {
  const auto at = running_.find(id);
  if (at == running_.end()) co_return co_await promote_at_rest(id, asked);
  const std::shared_ptr<rollout> r = at->second;
  LEADSMAN_CO_CHECK(check_promotion(*r, asked));
  store::change what;
  what.promote = asked;
  what.clear_cancel = r->now().cancel && r->now().cancel->mode == model::on_cancel::pause;
  what.events.push_back(make_event(event_kind::promote, asked.by + " promoted the canary " + describe(asked), json(asked)));
  LEADSMAN_CO_CHECK(co_await r->log.save(std::move(what)));
  r->changed.notify();
  co_return r->now();
}

task<result<model::deployment>> rollouts::promote_at_rest(std::string id, model::promotion asked) {
  LEADSMAN_CO_TRY(const resting left, co_await find_at_rest(id));
  if (!left.abandoned_because.empty()) co_return fail(errc::conflict, cannot_go_on(id, left.abandoned_because));
  const model::state& state = left.deployment.state;
  const bool passed = state.phase == model::phase::canceled || state.reason == model::reason::k_kept_both;
  if (!passed) co_return fail(errc::conflict, has_ended(left.deployment));
  if (asked.to == model::promotion_target::weight) {
    co_return fail(errc::conflict, has_ended(left.deployment) + "; the canary that it has left can be promoted all the way or removed; another weight is another deployment", "weight");
  }
  co_return co_await decide_left_canary(left.deployment, model::request_kind::promote, asked.by, "");
}

}  // namespace leadsman::runner
