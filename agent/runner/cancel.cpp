#include <spdlog/spdlog.h>

#include "flow/abandoned.hpp"
#include "runner/closing.hpp"
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

// Nobody is at work on it: it has ended, or will be taken up in a moment, or never again.
task<result<model::deployment>> rollouts::cancel_at_rest(std::string id, std::optional<model::on_cancel> mode, std::string by, std::string reason) {
  LEADSMAN_CO_TRY(auto found, co_await shared_.store.find(id));
  if (!found) co_return fail(errc::not_found, "there is no deployment " + id);
  if (model::is_final(found->state.phase)) {
    co_return fail(errc::conflict, "deployment " + id + " has ended already: " + std::string(model::word_of(model::k_phase, found->state.phase)) +
                                       " (" + found->state.reason + ")");
  }
  const auto why = abandoned_.find(id);
  if (why == abandoned_.end()) co_return fail(errc::unavailable, "deployment " + id + " is about to be taken up by this agent; ask again in a moment");
  const model::cancel_request asked{mode.value_or(model::on_cancel::pause), by, reason};
  if (mode == model::on_cancel::proceed) {
    co_return fail(errc::conflict, "deployment " + id + " cannot go on: " + why->second + "; mend that and restart the agent, or end it with --mode rollback or pause (either only closes it)");
  }
  const flow::end e = flow::end_abandoned(*found, why->second, asked);
  store::change what = make_closing(*found, e);
  what.events.insert(what.events.begin(), make_event(event_kind::cancel, by + " asked to stop", json(asked)));
  LEADSMAN_CO_CHECK(co_await shared_.store.save(id, std::move(what)));
  spdlog::warn("deployment {} of {}: {} ({}): {}", id, model::to_string(found->release), model::word_of(model::k_phase, e.phase), e.reason, e.message);
  count_end(e.phase, e.rollback);
  abandoned_.erase(id);
  LEADSMAN_CO_TRY(found, co_await shared_.store.find(id));
  if (!found) co_return fail(errc::internal, "deployment " + id + " went away while it was ended");
  co_return std::move(*found);
}

}  // namespace leadsman::runner
