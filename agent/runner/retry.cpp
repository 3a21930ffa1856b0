#include "flow/admission.hpp"
#include "runner/journal.hpp"
#include "runner/rollouts.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

namespace {

// What a retry is asked for by is the caller's; whose run it belongs to stays as it was, so that a later attempt of that run
// finds it.
store::new_deployment make_retry(const model::deployment& of, const model::deployment_request& request, const std::string& principal) {
  store::new_deployment wished;
  wished.deployment = make_deployment(request, principal, of.idempotency_key);
  wished.deployment.request_digest = of.request_digest;
  const std::string what = "retry of " + of.id + ": " + describe(wished.deployment);
  wished.deployment.asked_reason = "retry of " + of.id + (request.reason.empty() ? "" : ": " + request.reason);
  wished.first_event = [what](const model::deployment& d) { return make_event(model::event_kind::created, what, nlohmann::json(d)); };
  return wished;
}

std::unexpected<error> unreadable(const std::string& id, const error& why) {
  return fail(errc::refused, "the request of deployment " + id + " cannot be read any more (" + why.message + "); deploy it anew");
}

}  // namespace

task<result<store::admitted>> rollouts::retry(std::string id, std::string principal, model::reach reach) {
  LEADSMAN_CO_TRY(const auto found, co_await shared_.store.find(id));
  if (!found) co_return fail(errc::not_found, "there is no deployment " + id + "; what ended long ago is forgotten, with its request");
  if (const auto why = flow::why_no_retry(*found)) co_return fail(errc::conflict, *why);
  const auto sealed = co_await shared_.store.sealed_request(id);
  if (!sealed && sealed.error().code != errc::not_found) co_return fail(sealed.error());
  if (!sealed) co_return unreadable(id, sealed.error());
  auto request = unseal_request(at_rest_, *sealed);
  if (!request) co_return unreadable(id, request.error());
  request->reach = reach;
  LEADSMAN_CO_CHECK(co_await check(*request));
  store::new_deployment wished = make_retry(*found, *request, principal);
  wished.sealed_request = seal_request(at_rest_, *request);
  const store::decide_admission decide = [id](const std::optional<model::deployment>& newest) { return flow::assess_retry(newest, id); };
  auto entering = enter(std::move(wished), std::move(*request), decide);
  co_return co_await std::move(entering);
}

}  // namespace leadsman::runner
