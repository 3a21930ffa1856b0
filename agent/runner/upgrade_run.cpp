#include "runner/upgrade_run.hpp"

#include <spdlog/spdlog.h>

#include "kube/snapshot.hpp"
#include "runner/chart.hpp"
#include "runner/helm_call.hpp"
#include "runner/observe.hpp"
#include "runner/progress.hpp"
#include "runner/release_reader.hpp"
#include "runner/left_revision.hpp"
#include "runner/take_up.hpp"

namespace leadsman::runner {

using model::event_kind;
using nlohmann::json;
namespace reason = model::reason;

namespace {

task<result<helm::release>> read_newest(rollout& r, model::release_id release) {
  LEADSMAN_CO_TRY(const auto history, co_await read_history(*r.target.api, release));
  if (history.empty()) co_return helm::release{};
  LEADSMAN_CO_TRY(auto newest, co_await read_revision(*r.target.api, release, history.back().revision));
  if (!newest) co_return fail(errc::unavailable, "the newest revision went away while it was read");
  co_return std::move(*newest);
}

// Why it ends before its time, `when` being when; absent when nobody asked.
std::optional<step_result> describe_stop(const rollout& r, const std::string& when) {
  if (r.lease.lost()) return step_result{flow::outcome::failed, std::string(reason::k_lease_lost), "the release's lease was lost " + when};
  if (!r.lease.superseded_by().empty()) return step_result{flow::outcome::done, std::string(reason::k_superseded), "ended for a newer deployment"};
  if (r.asked_to_stop()) return step_result{flow::outcome::failed, std::string(reason::k_canceled_by_user), "canceled " + when};
  return std::nullopt;
}

step_result describe_failure(const rollout& r, const helm::failure& failed, const std::optional<kube::workload_status>& hopeless) {
  if (auto stopped = describe_stop(r, "while helm ran; helm was ended")) return std::move(*stopped);
  if (hopeless) {
    return {flow::outcome::failed, std::string(reason::k_not_ready),
            hopeless->kind + " " + hopeless->name + " cannot become ready: " + hopeless->message};
  }
  if (failed.kind == helm::failure_class::held_back) {
    return {flow::outcome::failed, std::string(reason::k_out_of_reach),
            "the chart rendered something else for the upgrade than when it was checked a moment before: objects where the key that asks may not "
            "work, or of kinds that it did not have then; helm was held back before it changed the release"};
  }
  const bool slow = failed.kind == helm::failure_class::timeout;
  return {flow::outcome::failed, std::string(slow ? reason::k_not_ready : reason::k_upgrade_failed), failed.message};
}

std::string ready_message(side which, int revision) {
  return which == side::canary ? "the canary is deployed and ready" : "revision " + std::to_string(revision) + " is deployed and ready";
}

// helm says that it is ready; so do we, by our own eyes.
task<result<step_result>> confirm_ready(rollout& r, side which, const helm::release& made) {
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(made.manifest, r.release().name_space));
  const std::vector<kube::object_ref> refs = workload_refs(objects);
  const ask<std::vector<kube::workload_status>> reading = [&r, &refs] { return kube::find_unready(*r.target.api, r.release().name_space, refs); };
  const auto deadline = std::chrono::steady_clock::now() + r.policy().timeout;
  for (;;) {
    LEADSMAN_CO_TRY(const auto unready, co_await persist(r, "workloads", reading));
    if (unready.empty()) co_return step_result{flow::outcome::done, "", ready_message(which, made.revision)};
    const kube::workload_status* const behind = &unready.back();
    if (r.interrupted()) co_return fail(errc::canceled, "interrupted while " + behind->kind + " " + behind->name + " was becoming ready");
    if (const auto stopped = describe_stop(r, "before everything was ready")) co_return *stopped;
    if (behind->state == kube::workload_state::failed || std::chrono::steady_clock::now() > deadline) {
      co_return step_result{flow::outcome::failed, std::string(reason::k_not_ready), behind->kind + " " + behind->name + ": " + behind->message};
    }
    co_await sleep_for(std::chrono::milliseconds(300));
  }
}

// What helm has written about this revision, if it has, says nothing about the chart.
constexpr const char* k_cut_off = "cut_off";

task<result<void>> note_cut_off(rollout& r) {
  json detail = intent_of(r);
  detail[k_cut_off] = true;
  co_return co_await intend(r, std::move(detail));
}

left_revision what_is_left(const rollout& r, const helm::release& newest, const json& intent) {
  const left_revision left = assess_left(newest, r.id(), intent.value("base", 0));
  return left == left_revision::failed && intent.value(k_cut_off, false) ? left_revision::interrupted : left;
}

// The canary's revisions are no news of the release.
task<result<void>> note(rollout& r, side which, int revision) {
  if (which == side::canary) co_return result<void>{};
  co_return co_await note_revision(r, revision);
}

task<result<step_result>> act(rollout& r, side which, helm::release before) {
  LEADSMAN_CO_CHECK(co_await unpack_chart(r));
  json detail = intent_of(r);
  detail["base"] = before.revision;
  detail["runs"] = detail.value("runs", 0) + 1;
  detail.erase(k_cut_off);
  LEADSMAN_CO_CHECK(co_await intend(r, std::move(detail)));

  helm::upgrade_request ask_helm = upgrade_request_of(r, which);
  ask_helm.apply = apply_method_of(r.policy(), before.revision == 0 ? std::nullopt : std::optional(before));
  ask_helm.post_render = post_rendering_of(r, which);
  const auto& rendered = which == side::canary ? r.rendered_canary : r.rendered;
  const std::string manifest = rendered ? rendered->manifest : before.manifest;
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(manifest, r.release().name_space));
  progress shown(r, objects);
  co_await shown.start();
  r.shared.helm.ask_version();  // for the ledger, in the time that pods take

  const std::function<task<result<helm::outcome>>()> call = [&r, which, &ask_helm] {
    return r.shared.helm.upgrade_install(r.target.kubeconfig, ask_helm, values_of(r, which), journaling_observer(r));
  };
  const std::function<bool()> stop = [&r, &shown] { return r.asked_to_stop() || shown.hopeless().has_value(); };
  const auto ran = co_await run_stoppable(r, call, stop);
  co_await shown.stop();
  if (r.stopping() && !(ran && ran->ok())) co_return r.stopped();
  if (!ran && (ran.error().code != errc::canceled || r.lease.lost())) co_return fail(ran.error());
  if (const auto silence = cut_off_of(r, ran)) {
    LEADSMAN_CO_CHECK(co_await note_cut_off(r));
    co_return *silence;
  }

  LEADSMAN_CO_TRY(const auto after, co_await newest_revision(r, which));
  const bool made = after.revision > before.revision && is_made_by(after, r.id());
  if (made) LEADSMAN_CO_CHECK(co_await note(r, which, after.revision));
  if (ran && ran->ok()) co_return co_await confirm_ready(r, which, after);

  const helm::failure failed = ran ? *ran->failed : helm::failure{helm::failure_class::cancelled, ran.error().message};
  step_result came = describe_failure(r, failed, shown.hopeless());
  if (!made) came.outcome = flow::outcome::untouched;
  // helm was ended after it had recorded the revision but before it could record its end.
  if (made && helm::is_pending(after.status)) LEADSMAN_CO_CHECK(co_await unlock(*r.target.api, release_of(r, which), after.revision));
  co_return came;
}

}  // namespace

task<result<helm::release>> newest_revision(rollout& r, side which) {
  const ask<helm::release> reading = [&r, which] { return read_newest(r, release_of(r, which)); };
  co_return co_await persist(r, "release", reading);
}

task<result<step_result>> run_upgrade(rollout& r, side which, bool resumed) {
  const json intent = intent_of(r);
  if (resumed && intent.contains("base")) {
    co_await wait_until_dead(intent);
    LEADSMAN_CO_TRY(const auto newest, co_await newest_revision(r, which));
    switch (what_is_left(r, newest, intent)) {
      case left_revision::deployed:
        LEADSMAN_CO_CHECK(co_await note(r, which, newest.revision));
        co_return co_await confirm_ready(r, which, newest);
      case left_revision::failed:
        LEADSMAN_CO_CHECK(co_await note(r, which, newest.revision));
        co_return step_result{flow::outcome::failed, std::string(reason::k_upgrade_failed), newest.description};
      case left_revision::interrupted:
        LEADSMAN_CO_CHECK(co_await unlock(*r.target.api, release_of(r, which), newest.revision));
        LEADSMAN_CO_CHECK(co_await r.log.tell(event_kind::warning, "revision " + std::to_string(newest.revision) + " was interrupted; the upgrade is made again"));
        break;
      case left_revision::nothing: break;
    }
  }
  LEADSMAN_CO_TRY(auto before, co_await newest_revision(r, which));
  co_return co_await act(r, which, std::move(before));
}

}  // namespace leadsman::runner
