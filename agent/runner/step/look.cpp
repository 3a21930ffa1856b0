#include <utility>

#include "runner/canary/route_record.hpp"
#include "runner/ledger.hpp"
#include "runner/observe.hpp"
#include "runner/permission/check.hpp"
#include "runner/plan_json.hpp"
#include "runner/reach_check.hpp"
#include "runner/release_reader.hpp"
#include "runner/step/steps.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;

namespace {

flow::outcome outcome_of(plan::refusal::kind why) {
  switch (why) {
    case plan::refusal::kind::no_change: return flow::outcome::no_change;
    case plan::refusal::kind::no_way_back: return flow::outcome::no_way_back;
    case plan::refusal::kind::stuck: return flow::outcome::stuck;
    case plan::refusal::kind::missing: return flow::outcome::missing;
  }
  return flow::outcome::failed;
}

std::string headline(const plan::rolling_plan& plan) {
  std::string text;
  for (const plan::planned_step& s : plan.steps) {
    const std::string name = s.weight ? std::to_string(*s.weight) + " %" : std::string(model::word_of(model::k_step_kind, s.kind));
    text += (text.empty() ? "" : " → ") + name;
  }
  return plan.on_failure.empty() ? text : text + "; " + plan.on_failure;
}

// How the route of a canary that was left is given back is the steps' own business, and kept with this one.
result<store::change> take_over_route(const rollout& r, plan::rolling_plan& made) {
  if (!made.left) return store::change{};
  json detail = intent_of(r);
  LEADSMAN_CHECK(take_over_route_record(detail, std::exchange(made.left->route, "")));
  return make_intent(r, detail);
}

task<result<void>> save_plan(rollout& r, plan::rolling_plan made) {
  LEADSMAN_CO_TRY(store::change what, take_over_route(r, made));
  const json as_json = to_json(made);
  what.plan = as_json.dump();
  what.state = r.now().state;
  what.state->previous_revision = made.deployed_revision;
  what.state->revision = made.deployed_revision;
  what.events.push_back(make_event(event_kind::planned, headline(made), as_json));
  for (const std::string& warning : made.warnings) what.events.push_back(make_event(event_kind::warning, warning));
  LEADSMAN_CO_CHECK(co_await r.log.save(std::move(what)));
  r.plan = std::move(made);
  co_return result<void>{};
}

// What the user should know about the values: said once, whatever becomes of the agent.
task<result<void>> tell_notes(rollout& r) {
  constexpr const char* k_told = "notes_told";
  json detail = intent_of(r);
  if (r.values.notes.empty() || detail.value(k_told, false)) co_return result<void>{};
  detail[k_told] = true;
  store::change what = make_intent(r, detail);
  for (const std::string& note : r.values.notes) what.events.push_back(make_event(event_kind::warning, note));
  co_return co_await r.log.save(std::move(what));
}

// What the plan wants done before anything else; both may be done twice.
task<result<void>> prepare_release(rollout& r) {
  if (r.plan.unlock) LEADSMAN_CO_CHECK(co_await unlock(*r.target.api, r.release(), *r.plan.unlock));
  if (!r.plan.adopt) co_return result<void>{};
  LEADSMAN_CO_CHECK(co_await enter(*r.target.api, r.release(), *r.plan.adopt));
  co_return co_await r.log.tell(event_kind::warning, "revision " + std::to_string(r.plan.adopt->revision) +
                                                         " was found deployed and healthy: adopted, never tested by Leadsman");
}

// A rollback by hand renders nothing: what it brings back and takes away is known now. A chart is held against the
// caller's reach when it has been rendered.
task<result<std::optional<std::string>>> rollback_beyond_reach(rollout& r, plan::rolling_plan made) {
  std::optional<std::string> within;
  if (model::is_rendered(r.request.kind)) co_return within;
  const ask<reach_finding> checking = [&r, &made] { return check_reach(r, made, std::nullopt); };
  LEADSMAN_CO_TRY(const auto found, co_await persist(r, "kinds", checking));
  co_return found.why_not;
}

std::string_view reason_of(const error& e) {
  switch (e.code) {
    case errc::forbidden:
    case errc::unauthenticated: return model::reason::k_forbidden;
    case errc::unavailable:
    case errc::timed_out: return model::reason::k_cluster_unreachable;
    default: return model::reason::k_internal;
  }
}

task<step_result> describe(rollout& r, error e) {
  const std::string message = "cannot look at the release: " + e.message;
  if (e.code == errc::forbidden) co_return co_await explain_forbidden(r, message);
  co_return step_result{flow::outcome::failed, std::string(reason_of(e)), message};
}

}  // namespace

// Looks at ledger, release and live workloads, and makes the plan from what is there.
task<result<step_result>> look(rollout& r, bool) {
  LEADSMAN_CO_CHECK(co_await tell_notes(r));
  if (r.now().plan.empty()) {
    const ask<plan::observed> observing = [&r] { return observe(r); };
    const auto seen = co_await persist(r, "release", observing);
    if (!seen && r.interrupted()) co_return fail(seen.error());
    if (!seen) co_return co_await describe(r, seen.error());
    plan::planned made = plan::make_plan(r.request.kind, r.policy(), r.request.canary, r.request.revision, *seen, leadsman::now(), r.request.measured.gates);
    if (made.refused) {
      if (made.refused->why == plan::refusal::kind::no_change) {
        store::change what;
        what.state = r.now().state;
        what.state->revision = made.plan.base_revision;
        what.state->previous_revision = made.plan.base_revision;
        LEADSMAN_CO_CHECK(co_await r.log.save(std::move(what)));
      }
      co_return step_result{outcome_of(made.refused->why), made.refused->reason, made.refused->message};
    }
    LEADSMAN_CO_TRY(const auto beyond, co_await rollback_beyond_reach(r, made.plan));
    if (beyond) co_return step_result{flow::outcome::failed, std::string(model::reason::k_out_of_reach), *beyond};
    LEADSMAN_CO_CHECK(co_await save_plan(r, std::move(made.plan)));
  }
  const ask<void> preparing = [&r] { return prepare_release(r); };
  const auto prepared = co_await persist(r, "release", preparing);
  if (!prepared && r.interrupted()) co_return fail(prepared.error());
  if (!prepared) co_return co_await describe(r, prepared.error());
  co_return step_result{flow::outcome::done, "", r.plan.on_failure};
}

}  // namespace leadsman::runner
