#include <algorithm>

#include "flow/past.hpp"
#include "kube/evidence_collector.hpp"
#include "kube/snapshot.hpp"
#include "runner/observe.hpp"
#include "runner/release_reader.hpp"
#include "runner/side.hpp"
#include "runner/step/steps.hpp"
#include "runner/upgrade_run.hpp"
#include "wire/events.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

wire::container_evidence to_wire(const kube::container_evidence& c) {
  wire::container_evidence out;
  out.name = c.container;
  out.state = c.state;
  out.reason = c.reason;
  out.message = c.message;
  out.restarts = c.restarts;
  out.exit_code = c.exit_code;
  out.log = c.log;
  return out;
}

wire::pod_evidence pod_of(const kube::workload_evidence& w, const std::string& name) {
  wire::pod_evidence pod;
  pod.name = name;
  const auto status = std::ranges::find(w.status.pods, name, &kube::pod_status::name);
  if (status != w.status.pods.end()) {
    pod.phase = status->phase;
    if (!status->reason.empty()) pod.conditions.push_back(status->reason + (status->message.empty() ? "" : ": " + status->message));
  }
  for (const kube::container_evidence& c : w.containers) {
    if (c.pod == name) pod.containers.push_back(to_wire(c));
  }
  return pod;
}

wire::workload_evidence to_wire(const kube::workload_evidence& w) {
  wire::workload_evidence out;
  out.kind = w.status.kind;
  out.name = w.status.name;
  out.reason = w.status.reason;
  out.message = w.headline.empty() ? w.status.message : w.headline;
  std::vector<std::string> pods;
  for (const kube::pod_status& p : w.status.pods) pods.push_back(p.name);
  for (const kube::container_evidence& c : w.containers) pods.push_back(c.pod);
  std::ranges::sort(pods);
  pods.erase(std::ranges::unique(pods).begin(), pods.end());
  for (const std::string& name : pods) out.pods.push_back(pod_of(w, name));
  for (const kube::event_line& e : w.events) out.events.push_back({e.type, e.reason, e.object, e.message, e.count});
  return out;
}

// A way home that failed says nothing about a release.
const model::step_record* last_failure(const rollout& r) {
  const auto& steps = r.now().steps;
  const auto at = std::ranges::find_if(steps.rbegin(), steps.rend(), [](const model::step_record& s) {
    return s.status == model::step_status::failed && s.kind != model::step_kind::evidence && s.kind != model::step_kind::home;
  });
  return at == steps.rend() ? nullptr : &*at;
}

// Which of the two releases it was that failed.
side side_of(const model::step_record* failure) {
  return failure && flow::is_about_canary(*failure) ? side::canary : side::stable;
}

task<result<std::optional<helm::release>>> release_at_fault(rollout& r, side which) {
  if (which == side::stable) co_return co_await read_revision(*r.target.api, r.release(), r.now().state.revision.value_or(0));
  LEADSMAN_CO_TRY(auto newest, co_await newest_revision(r, which));
  if (newest.revision == 0) co_return std::optional<helm::release>{};
  co_return std::optional(std::move(newest));
}

// The workloads that are not ready, and the tests that failed.
task<result<std::vector<kube::object_ref>>> suspects(rollout& r) {
  std::vector<kube::object_ref> found;
  LEADSMAN_CO_TRY(const auto release, co_await release_at_fault(r, side_of(last_failure(r))));
  if (!release) co_return found;
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(release->manifest, r.release().name_space));
  r.hide_secrets(objects);
  const std::vector<kube::object_ref> workloads = workload_refs(objects);
  LEADSMAN_CO_TRY(const auto statuses, co_await kube::read_workloads(*r.target.api, r.release().name_space, workloads));
  for (size_t i = 0; i < statuses.size() && i < workloads.size(); ++i) {
    if (kube::is_unready(statuses[i].state)) found.push_back(workloads[i]);
  }
  for (const helm::hook& test : helm::tests_of(release->hooks)) {
    if (test.last_run.phase != "Failed") continue;
    found.push_back({test.kind == "Job" ? "batch/v1" : "v1", test.kind, r.release().name_space, test.name});
  }
  co_return found;
}

task<result<kube::evidence>> collect(rollout& r) {
  LEADSMAN_CO_TRY(const auto refs, co_await suspects(r));
  if (refs.empty()) co_return kube::evidence{};
  co_return co_await kube::collect_evidence(*r.target.api, r.release().name_space, refs);
}

}  // namespace

// Why it failed, gathered before anything is cleaned up.
task<result<step_result>> gather_evidence(rollout& r, bool) {
  const model::step_record* failure = last_failure(r);
  const ask<kube::evidence> collecting = [&r] { return collect(r); };
  const auto collected = co_await persist(r, "evidence", collecting);
  if (!collected && r.interrupted()) co_return fail(collected.error());
  wire::evidence told;
  if (failure) told.helm_error = failure->message;
  if (collected) {
    told.headline = collected->headline;
    for (const kube::workload_evidence& w : collected->workloads) told.workloads.push_back(to_wire(w));
  }
  if (told.headline.empty()) told.headline = told.helm_error;
  LEADSMAN_CO_CHECK(co_await r.log.tell(model::event_kind::evidence, told.headline, json(told)));
  if (!collected) co_return step_result{flow::outcome::failed, "", "evidence could not be collected: " + collected.error().message};
  co_return step_result{flow::outcome::done, "", told.headline};
}

}  // namespace leadsman::runner
