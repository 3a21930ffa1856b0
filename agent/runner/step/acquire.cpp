#include "runner/permission/check.hpp"
#include "runner/step/steps.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

json make_namespace(const std::string& name) {
  return {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}};
}

task<result<void>> ensure_namespace(rollout& r) {
  const std::string name = r.release().name_space;
  const kube::object_ref ref{"v1", "Namespace", "", name};
  auto found = co_await r.target.api->get(ref);
  // Who may not read namespaces may still work in one; what is missing shows in the next call.
  if (!found && found.error().code == errc::forbidden) co_return result<void>{};
  if (!found) co_return fail(found.error());
  if (*found) co_return result<void>{};
  if (!r.policy().create_namespace) {
    co_return fail(errc::not_found, "the namespace '" + name + "' does not exist; create it, or set create-namespace: true", "namespace");
  }
  auto created = co_await r.target.api->create(make_namespace(name));
  if (!created && created.error().code != errc::conflict) co_return fail(created.error());
  co_return result<void>{};
}

task<result<void>> tell_waiting(rollout& r, wire::holder holder, std::string message) {
  store::change what;
  if (r.now().state.phase != model::phase::waiting) {
    what.state = r.now().state;
    what.state->phase = model::phase::waiting;
    what.events.push_back(make_event(event_kind::phase, "waiting", json(wire::phase_change{model::phase::waiting, ""})));
  }
  what.events.push_back(make_event(event_kind::waiting, message, json(holder)));
  co_return co_await r.log.save(std::move(what));
}

// Who is in our way, and how that is said.
struct obstacle {
  wire::holder who;
  std::string message;
};

// An attempt to take the release: absent when it is ours.
task<result<std::optional<obstacle>>> try_to_take(rollout& r, const queue::place& place) {
  std::optional<obstacle> found;
  if (const auto first = place.first()) {
    found.emplace();
    found->who.deployment = *first;
    found->who.agent = r.shared.agent_name;
    found->message = "deployment " + *first + ", which came earlier, waits for the release too";
    co_return found;
  }
  const ask<std::optional<wire::holder>> try_acquire = [&r] { return r.lease.try_acquire(); };
  LEADSMAN_CO_TRY(const auto holder, co_await persist(r, "lease", try_acquire));
  if (!holder) co_return found;
  found.emplace();
  found->who = *holder;
  found->message = "the release is held by " + runner::describe(*holder);
  co_return found;
}

step_result given_up(std::string_view reason, std::string message) { return {flow::outcome::held, std::string(reason), std::move(message)}; }

}  // namespace

// Takes the release's lease; waits for it, asks for it or gives up, as the user chose.
task<result<step_result>> acquire(rollout& r, bool) {
  const ask<void> namespace_exists = [&r] { return ensure_namespace(r); };
  const auto there = co_await persist(r, "namespace", namespace_exists);
  if (!there && r.interrupted()) co_return fail(there.error());
  if (!there) co_return step_result{flow::outcome::failed, std::string(model::reason::k_forbidden), there.error().message};

  queue::place place(*r.shared.queue, r.release(), r.id(), r.changed);
  const bool supersedes = r.policy().when_busy == model::when_busy::supersede;
  if (supersedes) place.supersede_earlier();
  std::optional<std::string> told;
  for (;;) {
    const uint64_t seen = r.changed.version();
    if (!place.superseded_by().empty()) co_return given_up(model::reason::k_superseded, "deployment " + place.superseded_by() + " takes its place");
    auto trying = try_to_take(r, place);
    const auto in_the_way = co_await std::move(trying);
    if (!in_the_way && r.interrupted()) co_return fail(in_the_way.error());
    if (!in_the_way) {
      const std::string message = "cannot take the release's lease: " + in_the_way.error().message;
      if (in_the_way.error().code == errc::forbidden) co_return co_await explain_forbidden(r, message);
      co_return step_result{flow::outcome::failed, std::string(model::reason::k_forbidden), message};
    }
    if (!*in_the_way) co_return step_result{flow::outcome::done, "", "the release is ours"};
    const obstacle& found = **in_the_way;
    if (r.policy().when_busy == model::when_busy::reject) co_return given_up(model::reason::k_lease_held, found.message);
    if (const std::string key = found.who.deployment + found.who.since; key != told) {
      told = key;
      LEADSMAN_CO_CHECK(co_await tell_waiting(r, found.who, "waiting: " + found.message));
      if (supersedes && !place.first()) {
        const auto asked = co_await r.lease.ask_to_supersede();
        if (!asked && asked.error().code != errc::not_found) told.reset();
      }
    }
    co_await r.changed.wait_change(seen, 1s);
    if (r.stopping()) co_return r.stopped();
    if (r.asked_to_stop()) co_return given_up(model::reason::k_canceled_by_user, "canceled while waiting for the release");
  }
}

}  // namespace leadsman::runner
