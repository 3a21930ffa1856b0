#include <spdlog/spdlog.h>

#include "flow/abandoned.hpp"
#include "runner/closing.hpp"
#include "runner/rest.hpp"
#include "runner/rollouts.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;

// It stays unfinished, since a later start may find the key or the cluster again. Who follows it is told.
task<void> rollouts::abandon(std::string id, std::string why) {
  spdlog::error("deployment {} cannot be taken up again: {}", id, why);
  abandoned_[id] = why;
  store::change what;
  what.events.push_back(make_event(event_kind::warning, "this agent cannot carry it on: " + why + "; mend that and restart the agent, or end it with: leadsman cancel " + id));
  const auto told = co_await shared_.store.save(id, std::move(what));
  if (!told) spdlog::error("deployment {}: whoever follows it could not be told: {}", id, told.error().message);
}

task<result<model::deployment>> rollouts::cancel(std::string id, std::optional<model::on_cancel> mode, std::string by, std::string reason) {
  const auto at = running_.find(id);
  if (at == running_.end()) co_return co_await cancel_at_rest(id, mode, by, reason);
  const std::shared_ptr<rollout> r = at->second;
  model::cancel_request asked{mode.value_or(r->policy().on_cancel), by, reason};
  store::change what;
  what.events.push_back(make_event(event_kind::cancel, by + " asked to stop: " + std::string(model::word_of(model::k_on_cancel, asked.mode)), json(asked)));
  // "continue" withdraws an earlier request.
  if (asked.mode == model::on_cancel::proceed) what.clear_cancel = true;
  else what.cancel = asked;
  LEADSMAN_CO_CHECK(co_await r->log.save(std::move(what)));
  r->changed.notify();
  co_return r->now();
}

task<result<model::deployment>> rollouts::cancel_at_rest(std::string id, std::optional<model::on_cancel> mode, std::string by, std::string reason) {
  LEADSMAN_CO_TRY(resting left, co_await find_at_rest(id));
  if (left.abandoned_because.empty()) {
    if (mode != model::on_cancel::rollback) co_return fail(errc::conflict, has_ended(left.deployment));
    co_return co_await decide_left_canary(std::move(left.deployment), model::request_kind::abort, by, reason);
  }
  if (mode == model::on_cancel::proceed) co_return fail(errc::conflict, cannot_go_on(id, left.abandoned_because));
  const model::cancel_request asked{mode.value_or(model::on_cancel::pause), by, reason};
  co_return co_await close_abandoned(std::move(left), asked);
}

task<result<model::deployment>> rollouts::close_abandoned(resting left, model::cancel_request asked) {
  const std::string id = left.deployment.id;
  const flow::end e = flow::end_abandoned(left.deployment, left.abandoned_because, asked);
  store::change what = make_closing(left.deployment, e);
  what.events.insert(what.events.begin(), make_event(event_kind::cancel, asked.by + " asked to stop", json(asked)));
  LEADSMAN_CO_CHECK(co_await shared_.store.save(id, std::move(what)));
  spdlog::warn("deployment {} of {}: {} ({}): {}", id, model::to_string(left.deployment.release), model::word_of(model::k_phase, e.phase), e.reason, e.message);
  count_end(e.phase, e.rollback);
  abandoned_.erase(id);
  LEADSMAN_CO_TRY(auto found, co_await shared_.store.find(id));
  if (!found) co_return fail(errc::internal, "deployment " + id + " went away while it was ended");
  co_return std::move(*found);
}

}  // namespace leadsman::runner
