#include "runner/rest.hpp"

#include "flow/past.hpp"
#include "runner/ledger.hpp"
#include "runner/rollouts.hpp"

namespace leadsman::runner {

std::string has_ended(const model::deployment& ended) {
  return "deployment " + ended.id + " has ended already: " + std::string(model::word_of(model::k_phase, ended.state.phase)) + " (" + ended.state.reason + ")";
}

std::string cannot_go_on(const std::string& id, const std::string& because) {
  return "deployment " + id + " cannot go on: " + because + "; mend that and restart the agent, or end it with: leadsman cancel " + id + " (which only closes it)";
}

task<result<rollouts::resting>> rollouts::find_at_rest(std::string id) {
  LEADSMAN_CO_TRY(auto found, co_await shared_.store.find(id));
  if (!found) co_return fail(errc::not_found, "there is no deployment " + id);
  resting left{std::move(*found), ""};
  if (model::is_final(left.deployment.state.phase)) co_return left;
  const auto why = abandoned_.find(id);
  if (why == abandoned_.end()) co_return fail(errc::unavailable, "deployment " + id + " is about to be taken up by this agent; ask again in a moment");
  left.abandoned_because = why->second;
  co_return left;
}

task<result<model::deployment>> rollouts::decide_left_canary(model::deployment ended, model::request_kind kind, std::string by, std::string reason) {
  if (!flow::find_step(ended.steps, model::step_kind::start_canary)) co_return fail(errc::conflict, has_ended(ended));
  LEADSMAN_CO_TRY(cluster* const target, clusters_.find(ended.release.cluster));
  LEADSMAN_CO_TRY(const model::ledger known, co_await read_ledger(*target->api, ended.release));
  if (!known.canary || known.canary->deployment != ended.id) co_return fail(errc::conflict, has_ended(ended) + "; there is no canary of it any more");
  LEADSMAN_CO_TRY(auto request, co_await request_of(ended.id));
  request.kind = kind;
  request.of = ended.id;
  request.reason = std::move(reason);
  request.origin = {};  // of whoever asks now nothing is known but who it is
  LEADSMAN_CO_TRY(auto admitted, co_await submit(std::move(request), std::move(by), ""));
  co_return std::move(admitted.deployment);
}

}  // namespace leadsman::runner
