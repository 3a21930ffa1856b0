#include "runner/chart.hpp"
#include "runner/helm_call.hpp"
#include "runner/observe.hpp"
#include "runner/progress.hpp"
#include "runner/release_reader.hpp"
#include "runner/step/steps.hpp"
#include "runner/take_up.hpp"

namespace leadsman::runner {

using nlohmann::json;
namespace reason = model::reason;

namespace {

step_result failed(std::string message) { return {flow::outcome::failed, std::string(reason::k_rollback_failed), std::move(message)}; }

task<result<plan::observed_revision>> read_last(rollout& r) {
  LEADSMAN_CO_TRY(const auto history, co_await read_history(*r.target.api, r.release()));
  if (history.empty()) co_return fail(errc::not_found, "the release is gone");
  co_return history.back();
}

task<result<plan::observed_revision>> last_revision(rollout& r) {
  const ask<plan::observed_revision> reading = [&r] { return read_last(r); };
  co_return co_await persist(r, "release", reading);
}

step_result went_back(const rollout& r, int revision) {
  return {flow::outcome::done, "", "helm rolled back to revision " + std::to_string(r.plan.way_back->revision) + ", as revision " + std::to_string(revision)};
}

task<result<step_result>> act(rollout& r, int base, const helm::release& target) {
  json detail = intent_of(r);
  detail["base"] = base;
  LEADSMAN_CO_CHECK(co_await intend(r, std::move(detail)));

  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(target.manifest, r.release().name_space));
  r.hide_secrets(objects);
  progress shown(r, objects);
  co_await shown.start();
  const std::function<task<result<helm::outcome>>()> call = [&r, &target] {
    helm::rollback_request ask_helm;
    ask_helm.release = helm_release_of(r, side::stable);
    ask_helm.revision = target.revision;
    ask_helm.apply = apply_method_of(r.policy(), target);
    ask_helm.wait = r.policy().wait == model::wait_strategy::watcher ? helm::wait_strategy::watcher : helm::wait_strategy::legacy;
    ask_helm.timeout = r.policy().timeout;
    ask_helm.history_max = r.policy().history_max;
    return r.shared.helm.rollback(r.target.kubeconfig, ask_helm, journaling_observer(r));
  };
  const std::function<bool()> never = [] { return false; };
  const auto ran = co_await run_stoppable(r, call, never);
  co_await shown.stop();
  if (!ran) co_return fail(ran.error());
  if (const auto silence = cut_off_of(r, ran)) co_return *silence;

  LEADSMAN_CO_TRY(const auto after, co_await last_revision(r));
  if (after.revision > base) LEADSMAN_CO_CHECK(co_await note_revision(r, after.revision));
  if (ran->ok()) co_return went_back(r, after.revision);
  // A failing rollback hook leaves the release pending for ever.
  if (after.revision > base && after.status.starts_with("pending-")) LEADSMAN_CO_CHECK(co_await unlock(*r.target.api, r.release(), after.revision));
  co_return failed("helm rollback to revision " + std::to_string(target.revision) + " failed: " + ran->failed->message);
}

}  // namespace

// helm rollback to the explicit revision of the plan. After a restart: looks whether it was made already.
task<result<step_result>> roll_back(rollout& r, bool resumed) {
  if (!r.plan.way_back) co_return failed("there is no revision to go back to");
  const json intent = intent_of(r);
  LEADSMAN_CO_TRY(auto newest, co_await last_revision(r));
  if (resumed && intent.contains("base")) {
    co_await wait_until_dead(intent);
    LEADSMAN_CO_TRY(newest, co_await last_revision(r));
    const bool made = newest.revision > intent.value("base", 0);
    if (made && newest.status == "deployed") {
      LEADSMAN_CO_CHECK(co_await note_revision(r, newest.revision));
      co_return went_back(r, newest.revision);
    }
    if (made && newest.status == "pending-rollback") {
      LEADSMAN_CO_CHECK(co_await unlock(*r.target.api, r.release(), newest.revision));
      LEADSMAN_CO_CHECK(co_await r.log.tell(model::event_kind::warning, "the rollback was interrupted; it is made again"));
    }
  }
  const ask<std::optional<helm::release>> reading = [&r] { return read_revision(*r.target.api, r.release(), r.plan.way_back->revision); };
  LEADSMAN_CO_TRY(const auto target, co_await persist(r, "release", reading));
  if (!target) co_return failed("revision " + std::to_string(r.plan.way_back->revision) + " is not in Helm's history any more");
  co_return co_await act(r, newest.revision, *target);
}

}  // namespace leadsman::runner
