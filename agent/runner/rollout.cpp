#include "runner/rollout.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

#include "base/failpoint.hpp"
#include "flow/abandoned.hpp"
#include "flow/machine.hpp"
#include "flow/past.hpp"
#include "runner/chart.hpp"
#include "runner/closing.hpp"
#include "runner/gate/examine.hpp"
#include "runner/plan_json.hpp"
#include "runner/secrets.hpp"
#include "runner/step/steps.hpp"
#include "runner/take_up.hpp"
#include "sign/hash.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

using model::event_kind;
using model::step_kind;
using nlohmann::json;

namespace {

wire::holder describe_self(const facilities& f, const model::deployment& d) {
  wire::holder self;
  self.deployment = d.id;
  self.agent = f.agent_name;
  self.repository = d.origin.repository;
  self.run_id = d.origin.run_id;
  self.url = d.origin.url;
  self.since = format_rfc3339(now());
  return self;
}

using step_function = task<result<step_result>> (*)(rollout&, bool);

step_function function_of(step_kind kind) {
  switch (kind) {
    case step_kind::acquire: return acquire;
    case step_kind::look: return look;
    case step_kind::preflight: return preflight;
    case step_kind::clear_canary: return clear_canary;
    case step_kind::start_canary: return start_canary;
    case step_kind::shift: return shift;
    case step_kind::test_canary: return test_canary;
    case step_kind::analyze: return analyze;
    case step_kind::hold: return hold;
    case step_kind::home: return bring_home;
    case step_kind::remove_canary: return remove_canary;
    case step_kind::upgrade: return upgrade;
    case step_kind::test: return run_tests;
    case step_kind::record: return record;
    case step_kind::evidence: return gather_evidence;
    case step_kind::rollback: return roll_back;
    case step_kind::prove: return prove;
    case step_kind::uninstall: return uninstall;
  }
  return nullptr;
}

std::string word_of(step_kind kind) { return std::string(model::word_of(model::k_step_kind, kind)); }

flow::situation situation_of(const rollout& r) {
  flow::situation s;
  s.kind = r.now().kind;
  s.policy = r.policy();
  s.canary = r.request.canary ? &*r.request.canary : nullptr;
  s.measures_release = !gates_after_upgrade(r).empty();
  s.steps = r.now().steps;
  s.cancel = r.now().cancel;
  s.promote = r.now().promote;
  s.superseded = !r.lease.superseded_by().empty();
  s.first_installation = r.plan.first_installation;
  if (r.plan.way_back) s.way_back = r.plan.way_back->revision;
  if (r.plan.left) s.left_weight = r.plan.left->weight;
  s.clears_last = r.plan.clears_last;
  return s;
}

bool is_failure(step_kind step, flow::outcome came, const model::policy& policy) {
  switch (came) {
    case flow::outcome::done:
    case flow::outcome::promoted:
    case flow::outcome::promoted_fully:
    case flow::outcome::adopted:
    case flow::outcome::no_change: return false;
    case flow::outcome::missing: return (step != step_kind::test && step != step_kind::test_canary) || policy.tests != model::tests::allow_missing;
    default: return true;
  }
}

// Both are saved, and between them lies perhaps another agent: only the wall clock has them, and that may be set back.
int64_t milliseconds_between(wall_time begin, wall_time end) { return std::max<int64_t>(0, (end - begin).count()); }

task<result<void>> begin_step(rollout& r, flow::perform next) {
  store::change what;
  const model::phase phase = flow::phase_of(situation_of(r), next.step);
  if (phase != r.now().state.phase) {
    what.state = r.now().state;
    what.state->phase = phase;
    what.events.push_back(make_event(event_kind::phase, std::string(model::word_of(model::k_phase, phase)), json(wire::phase_change{phase, ""})));
  }
  if (!next.resumed) {
    model::step_record begun;
    begun.kind = next.step;
    begun.attempt = next.attempt;
    begun.weight = next.weight;
    begun.started_at = leadsman::now();
    what.step = begun;
  }
  wire::step_change change;
  change.step = next.step;
  change.attempt = next.attempt;
  change.weight = next.weight;
  what.events.push_back(make_event(event_kind::step, word_of(next.step) + (next.resumed ? ": taken up again after a restart" : ""), json(change)));
  if (!r.now().started_at) what.started_at = leadsman::now();
  failpoint("before-save." + word_of(next.step));
  LEADSMAN_CO_CHECK(co_await r.log.save(std::move(what)));
  failpoint("after-save." + word_of(next.step));
  co_return result<void>{};
}

task<result<void>> end_step(rollout& r, flow::perform next, step_result came) {
  failpoint("after-effect." + word_of(next.step));
  model::step_record ended = r.now().steps.back();
  ended.ended_at = leadsman::now();
  ended.outcome = model::word_of(flow::k_outcome, came.outcome);
  ended.status = is_failure(next.step, came.outcome, r.policy()) ? model::step_status::failed : model::step_status::done;
  ended.reason = came.reason;
  ended.message = came.message;
  wire::step_change change;
  change.step = next.step;
  change.status = ended.status;
  change.attempt = next.attempt;
  change.weight = next.weight;
  change.outcome = ended.outcome;
  change.reason = came.reason;
  change.duration_ms = milliseconds_between(ended.started_at, *ended.ended_at);
  store::change what;
  // What was asked for by hand is heard once.
  what.clear_promote = next.step == step_kind::hold && r.now().promote && came.outcome != flow::outcome::adopted;
  if (what.clear_promote || came.outcome == flow::outcome::adopted) ended.weight = came.weight;
  what.step = ended;
  what.events.push_back(make_event(event_kind::step, came.message, json(change)));
  LEADSMAN_CO_CHECK(co_await r.log.save(std::move(what)));
  failpoint("after-done." + word_of(next.step));
  co_return result<void>{};
}

task<result<void>> finish(rollout& r, flow::end e) {
  remove_chart(r);
  failpoint("before-finish");
  LEADSMAN_CO_CHECK(co_await r.log.save(make_closing(r.now(), e)));
  spdlog::info("deployment {} of {}: {} ({}): {}", r.id(), model::to_string(r.release()),
               model::word_of(model::k_phase, e.phase), e.reason, r.now().state.message);
  co_return result<void>{};
}

task<result<void>> stay_paused(rollout& r) {
  const uint64_t seen = r.changed.version();
  if (r.now().state.phase != model::phase::paused) {
    store::change what;
    what.state = r.now().state;
    what.state->phase = model::phase::paused;
    what.events.push_back(make_event(event_kind::phase, "paused; go on with: leadsman cancel " + r.id() + " --mode continue",
                                     json(wire::phase_change{model::phase::paused, ""})));
    LEADSMAN_CO_CHECK(co_await r.log.save(std::move(what)));
  }
  co_await r.changed.wait_change(seen, std::chrono::hours(1));
  co_return result<void>{};
}

task<result<void>> perform_step(rollout& r, flow::perform next) {
  LEADSMAN_CO_CHECK(co_await begin_step(r, next));
  const std::function<task<result<step_result>>(bool)> step = [&r, next](bool resumed) { return function_of(next.step)(r, resumed); };
  LEADSMAN_CO_TRY(auto came, co_await perform_until_judged(r, word_of(next.step), next.resumed, step));
  co_return co_await end_step(r, next, std::move(came));
}

// Chart, values and plan again, as far as they can be had: a step after a restart needs them.
task<result<void>> prepare(rollout& r) {
  if (!r.now().plan.empty()) {
    LEADSMAN_CO_TRY(r.plan, parse_plan(r.now().plan));
  }
  if (!is_rendered(r.request.kind)) co_return result<void>{};
  LEADSMAN_CO_CHECK(co_await unpack_chart(r));
  co_return prepare_values_of(r);
}

flow::end end_in_other_hands(const rollout& r) {
  return {model::phase::failed, std::string(model::reason::k_lease_lost),
          "another deployment had the release while this one was cut off from the cluster or its agent was down; nothing was changed since",
          r.now().state.rollback, false};
}

task<result<void>> go_on(rollout& r) {
  LEADSMAN_CO_CHECK(co_await prepare(r));
  const bool had_lease = !r.now().steps.empty() && r.now().steps.front().status != model::step_status::intended;
  bool ours = true;
  if (had_lease) { LEADSMAN_CO_TRY(ours, co_await retake_lease(r)); }
  for (;;) {
    if (r.stopping()) co_return r.stopped();
    if (r.lease.lost()) { LEADSMAN_CO_TRY(ours, co_await retake_lease(r)); }
    if (!ours || r.lease.changed_hands()) co_return co_await finish(r, end_in_other_hands(r));
    const flow::decision decided = flow::next(situation_of(r));
    if (const auto* e = std::get_if<flow::end>(&decided)) co_return co_await finish(r, *e);
    if (const auto* p = std::get_if<flow::perform>(&decided)) LEADSMAN_CO_CHECK(co_await perform_step(r, *p));
    if (std::holds_alternative<flow::pause>(decided)) LEADSMAN_CO_CHECK(co_await stay_paused(r));
  }
}

}  // namespace

rollout::rollout(facilities& f, cluster& c, model::deployment d, model::deployment_request r, followers& audience)
    : shared(f),
      target(c),
      request(std::move(r)),
      log(f.store, audience, d),
      line(log, f.longest_pause),
      changed(f.executor),
      lease(*c.api, request.release, describe_self(f, d), changed, line, f.pace) {}

void rollout::stop() {
  stopping_ = true;
  log.give_up();
  changed.notify();
}

void rollout::hide_secrets(const std::vector<helm::object>& objects) {
  const auto add = [this](std::vector<std::string> more) {
    hidden.insert(hidden.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  add(secrets_in_values(values.effective));
  add(secrets_in_values(canary_values.effective));
  add(secrets_in_manifest(objects));
  std::ranges::sort(hidden);
  hidden.erase(std::ranges::unique(hidden).begin(), hidden.end());
  log.hide(redactor(hidden));
}

bool rollout::asked_to_stop() const {
  const bool back = now().cancel && now().cancel->mode == model::on_cancel::rollback;
  return stopping_ || back || lease.lost() || !lease.superseded_by().empty();
}

bool rollout::asked_to_leave() const { return asked_to_stop() || (now().cancel && now().cancel->mode == model::on_cancel::leave); }

store::change make_intent(const rollout& r, const json& detail) {
  store::change what;
  what.step = r.now().steps.back();
  what.step->detail = detail.dump();
  what.step->argument_digest = sign::sha256_hex(what.step->detail);
  return what;
}

task<result<void>> intend(rollout& r, json detail) { co_return co_await r.log.save(make_intent(r, detail)); }

task<result<void>> note_revision(rollout& r, int revision) {
  store::change what;
  what.state = r.now().state;
  what.state->revision = revision;
  co_return co_await r.log.save(std::move(what));
}

json detail_of(const model::step_record& step) { return step.detail.empty() ? json::object() : json::parse(step.detail); }

json detail_of_last(const rollout& r, step_kind kind) {
  const model::step_record* step = flow::find_step(r.now().steps, kind);
  return step ? detail_of(*step) : json::object();
}

json intent_of(const rollout& r) { return detail_of(r.now().steps.back()); }

task<void> run_rollout(std::shared_ptr<rollout> r) {
  const auto went = co_await go_on(*r);
  if (!went && r->stopping()) {
    spdlog::info("deployment {}: left where it stands, for the next agent", r->id());
    if (r->shared.forgetful) co_await r->lease.give_back();
    else co_await r->lease.stop_renewing();
    co_return;
  }
  if (!went && !model::is_final(r->now().state.phase)) {
    spdlog::error("deployment {}: {}", r->id(), went.error().message);
    const bool invalid = went.error().code == errc::invalid_input;
    const flow::end broken = flow::end_broken(r->now(), invalid ? model::reason::k_chart_invalid : model::reason::k_internal, went.error().message);
    const auto ended = co_await finish(*r, broken);
    if (!ended) spdlog::critical("deployment {}: cannot be ended: {}", r->id(), ended.error().message);
  }
  co_await r->lease.give_back();
}

}  // namespace leadsman::runner
