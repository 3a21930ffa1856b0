#include <algorithm>

#include "flow/past.hpp"
#include "runner/ledger.hpp"
#include "runner/release_reader.hpp"
#include "runner/step/steps.hpp"

namespace leadsman::runner {

namespace {

bool tests_passed(const rollout& r) {
  return std::ranges::any_of(r.now().steps, [](const model::step_record& s) {
    return s.kind == model::step_kind::test && s.status == model::step_status::done && s.outcome == "done";
  });
}

bool was_rolled_back(const rollout& r) { return flow::find_step(r.now().steps, model::step_kind::rollback) != nullptr; }

model::ledger_entry entry_for(const rollout& r, const helm::release& made, const std::string& helm_version) {
  model::ledger_entry e;
  e.revision = made.revision;
  e.deployment = r.id();
  e.chart = made.chart.name + "-" + made.chart.version;
  e.at = leadsman::now();
  if (was_rolled_back(r)) {
    // What runs now is what the target was: its chart and values, so that deploying those again is no change.
    e.standing = r.plan.way_back->standing;
    e.chart_digest = r.plan.way_back->chart_digest;
    e.values_digest = r.plan.way_back->values_digest;
    e.helm_version = r.plan.way_back->helm_version;
    e.helm_build = r.plan.way_back->helm_build;
    e.tests_run = r.policy().prove_tests ? made.tests() : 0;
    return e;
  }
  e.chart_digest = r.request.chart.digest;
  e.values_digest = r.values.digest;
  e.helm_version = helm_version;
  e.helm_build = r.shared.helm.build();
  e.tests_run = tests_passed(r) ? made.tests() : 0;
  return e;
}

task<result<void>> enter_revision(rollout& r, int revision, std::string helm_version) {
  LEADSMAN_CO_TRY(const auto made, co_await read_revision(*r.target.api, r.release(), revision));
  if (!made) co_return fail(errc::not_found, "revision " + std::to_string(revision) + " is not in Helm's history any more");
  const model::ledger_entry entry = entry_for(r, *made, helm_version);
  co_return co_await enter(*r.target.api, r.release(), entry);
}

}  // namespace

// Enters the revision in the ledger: from now on it is one to go back to.
task<result<step_result>> record(rollout& r, bool) {
  const int revision = r.now().state.revision.value_or(0);
  LEADSMAN_CO_TRY(const std::string helm_version, co_await r.shared.helm.version());
  const ask<void> entering = [&r, &helm_version, revision] { return enter_revision(r, revision, helm_version); };
  const auto entered = co_await persist(r, "ledger", entering);
  if (!entered && r.interrupted()) co_return fail(entered.error());
  const std::string name = "revision " + std::to_string(revision);
  if (!entered) {
    LEADSMAN_CO_CHECK(co_await r.log.tell(model::event_kind::warning, name + " could not be entered in the ledger, so it will not be a way back: " + entered.error().message));
    co_return step_result{flow::outcome::failed, std::string(model::reason::k_internal), name + " is deployed, but not in the ledger"};
  }
  if (was_rolled_back(r)) co_return step_result{flow::outcome::done, "", "back at what revision " + std::to_string(r.plan.way_back->revision) + " was, as " + name};
  co_return step_result{flow::outcome::done, "", name + (tests_passed(r) ? " is deployed, ready and tested" : " is deployed and ready")};
}

}  // namespace leadsman::runner
