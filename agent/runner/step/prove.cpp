#include <fmt/format.h>

#include <algorithm>

#include "flow/past.hpp"
#include "kube/snapshot.hpp"
#include "runner/canary/entry.hpp"
#include "runner/canary/put_back.hpp"
#include "runner/canary/route_io.hpp"
#include "runner/helm_call.hpp"
#include "runner/observe.hpp"
#include "runner/proof.hpp"
#include "runner/release_reader.hpp"
#include "runner/step/steps.hpp"
#include "runner/take_up.hpp"
#include "runner/test_run.hpp"

namespace leadsman::runner {

using nlohmann::json;
namespace reason = model::reason;

namespace {

task<result<std::vector<wire::proof_check>>> look_at_cluster(rollout& r, const helm::release& target) {
  std::vector<wire::proof_check> checks;
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(target.manifest, r.release().name_space));
  r.hide_secrets(objects);
  const std::vector<helm::expected_workload> workloads = helm::workloads(objects);
  std::vector<kube::object_ref> refs;
  for (const helm::expected_workload& w : workloads) refs.push_back({w.api_version, w.kind, w.workload_namespace, w.name});
  LEADSMAN_CO_TRY(const std::vector<std::optional<json>> live, co_await kube::get_all(*r.target.api, refs));
  for (size_t i = 0; i < workloads.size(); ++i) {
    const auto found = check_workload(workloads[i], live[i], has_autoscaler(objects, workloads[i]));
    checks.insert(checks.end(), found.begin(), found.end());
  }
  const std::vector<kube::object_ref> judged = workload_refs(objects);
  LEADSMAN_CO_TRY(const auto statuses, co_await kube::read_workloads(*r.target.api, r.release().name_space, judged));
  const auto rollouts = check_rolled_out(objects, statuses);
  checks.insert(checks.end(), rollouts.begin(), rollouts.end());
  for (const helm::expected_service& s : helm::services(objects)) {
    if (!s.selects) continue;
    LEADSMAN_CO_TRY(const auto endpoints, co_await kube::read_endpoints(*r.target.api, s.service_namespace, s.name));
    checks.push_back(check_endpoints(s, endpoints, expects_none(objects, s)));
  }
  co_return checks;
}

// Endpoints and ready counts follow the pods by a moment: a check that is not good yet is made again for a while.
task<result<std::vector<wire::proof_check>>> settle(rollout& r, const helm::release& target) {
  using namespace std::chrono_literals;
  const ask<std::vector<wire::proof_check>> looking = [&r, &target] { return look_at_cluster(r, target); };
  const auto deadline = std::chrono::steady_clock::now() + std::min<std::chrono::milliseconds>(r.policy().timeout, 15s);
  for (;;) {
    LEADSMAN_CO_TRY(auto checks, co_await persist(r, "proof", looking));
    if (all_ok(checks) || std::chrono::steady_clock::now() > deadline) co_return checks;
    co_await sleep_for(300ms);
  }
}

wire::proof_check revision_check(const helm::release& now) {
  const std::string found = std::string(helm::to_string(now.status));
  return {"revision", "release revision " + std::to_string(now.revision), "deployed", found, now.status == helm::release_status::deployed};
}

wire::proof_check test_check(const rollout& r, const step_result& ran) {
  const bool missing = ran.outcome == flow::outcome::missing;
  const bool waived = missing && r.policy().tests != model::tests::require;
  return {"tests", "helm test", waived ? "any" : "all pass", missing ? "the revision has no tests" : ran.message,
          ran.outcome == flow::outcome::done || waived};
}

// The revision whose state is to be shown: the one that was returned to, or the one that was never touched.
int target_of_proof(const rollout& r) {
  const bool rolled_back = flow::find_step(r.now().steps, model::step_kind::rollback) != nullptr;
  return rolled_back ? r.plan.way_back->revision : r.plan.deployed_revision.value_or(0);
}

// What the router says of the weight; when it does not answer, whether its objects are what they were before the canary.
task<result<wire::proof_check>> look_at_weight(rollout& r) {
  wire::proof_check check{"weight", "canary of " + router_of(r).service, "0 %", "", false};
  const auto seen = co_await look_at_route(r, target_of(r));
  if (seen) {
    check.found = std::to_string(seen->view.weight.value_or(0)) + " %" + (seen->view.matches.empty() ? "" : " and matches");
    check.ok = seen->view.weight.value_or(0) == 0 && seen->view.matches.empty();
    co_return check;
  }
  LEADSMAN_CO_TRY(check.ok, co_await is_put_back(r));
  check.found = check.ok ? "0 %: the route is as it was before the canary" : "not known: " + seen.error().message;
  co_return check;
}

// Of a canary that was sent home: nobody is led to it any more, and it is gone unless it was to be kept.
task<result<std::vector<wire::proof_check>>> look_at_canary(rollout& r) {
  std::vector<wire::proof_check> checks;
  const model::step_record* cleared = is_about_left(r) ? flow::find_step(r.now().steps, model::step_kind::clear_canary) : nullptr;
  if (!cleared && !flow::is_home(r.now().steps)) co_return checks;
  LEADSMAN_CO_TRY(wire::proof_check weight, co_await look_at_weight(r));
  checks.push_back(std::move(weight));
  const model::step_record* removal = cleared ? cleared : flow::find_step(r.now().steps, model::step_kind::remove_canary);
  if (!removal || removal->status != model::step_status::done) co_return checks;
  const model::release_id canary = release_of(r, side::canary);
  LEADSMAN_CO_TRY(const auto history, co_await read_history(*r.target.api, canary));
  checks.push_back({"canary", "release " + canary.name, "none", history.empty() ? "none" : "revision " + std::to_string(history.back().revision), history.empty()});
  co_return checks;
}

}  // namespace

// helm says that it has rolled back; this looks whether it is so.
task<result<step_result>> prove(rollout& r, bool resumed) {
  if (resumed) {
    const json intent = intent_of(r);
    co_await wait_until_dead(intent);
  }
  const int revision = r.now().state.revision.value_or(0), wanted = target_of_proof(r);
  const ask<std::optional<helm::release>> read_target = [&r, wanted] { return read_revision(*r.target.api, r.release(), wanted); };
  const ask<std::optional<helm::release>> read_now = [&r, revision] { return read_revision(*r.target.api, r.release(), revision); };
  LEADSMAN_CO_TRY(auto target, co_await persist(r, "release", read_target));
  LEADSMAN_CO_TRY(const auto now, co_await persist(r, "release", read_now));
  wire::proof proof;
  proof.target_revision = wanted;
  if (!now) co_return step_result{flow::outcome::failed, std::string(reason::k_proof_failed), "revision " + std::to_string(revision) + " is gone"};
  if (!target) target = now;  // pruned by the rollback itself: the new revision carries the same manifest

  proof.checks.push_back(revision_check(*now));
  LEADSMAN_CO_TRY(const auto seen, co_await settle(r, *target));
  proof.checks.insert(proof.checks.end(), seen.begin(), seen.end());
  const ask<std::vector<wire::proof_check>> looking_at_canary = [&r] { return look_at_canary(r); };
  LEADSMAN_CO_TRY(const auto of_canary, co_await persist(r, "proof", looking_at_canary));
  proof.checks.insert(proof.checks.end(), of_canary.begin(), of_canary.end());
  if (r.policy().prove_tests && r.policy().tests != model::tests::skip && all_ok(proof.checks)) {
    LEADSMAN_CO_TRY(const auto tests, co_await run_helm_test(r, side::stable, revision));
    if (is_cut_off(tests)) co_return tests;
    proof.checks.push_back(test_check(r, tests));
  }
  proof.ok = all_ok(proof.checks);
  const std::string summary = proof.ok ? fmt::format("proved: {} of {} checks hold", proof.checks.size(), proof.checks.size())
                                       : "NOT proved: " + first_failure(proof.checks);
  LEADSMAN_CO_CHECK(co_await r.log.tell(model::event_kind::proof, summary, json(proof)));
  if (proof.ok) co_return step_result{flow::outcome::done, "", summary};
  co_return step_result{flow::outcome::failed, std::string(reason::k_proof_failed), first_failure(proof.checks)};
}

}  // namespace leadsman::runner
