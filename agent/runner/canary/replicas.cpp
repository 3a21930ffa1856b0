#include "runner/canary/replicas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "kube/snapshot.hpp"
#include "runner/canary/examine.hpp"
#include "runner/canary/scale.hpp"
#include "runner/persist.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

constexpr const char* k_counts = "replicas";
// Kubernetes' own controller writes what a HorizontalPodAutoscaler decides; no person scales by that name.
constexpr const char* k_autoscaler = "kube-controller-manager";

// What was recorded last: by name of the workload.
json recorded(const rollout& r) {
  const auto& steps = r.now().steps;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const json detail = detail_of(*step);
    if (detail.contains(k_counts)) return detail[k_counts];
  }
  return json::object();
}

task<result<json>> count_replicas(rollout& r) {
  json counted = json::object();
  for (const twin::scaled_workload& w : examined_canary(r).workloads) {
    const std::vector<std::string> both{w.name, w.stable};
    for (const std::string& name : both) {
      LEADSMAN_CO_TRY(const auto live, co_await r.target.api->get(ref_of(r, w, name)));
      if (live) counted[name] = kube::replicas_of(*live);
    }
  }
  co_return counted;
}

task<result<std::optional<replica_edit>>> find_edit(rollout& r, json wanted, twin::scaled_workload w, bool of_stable) {
  std::optional<replica_edit> none;
  replica_edit edit{w, of_stable};
  if (!wanted.contains(edit.name())) co_return none;
  edit.wanted = wanted[edit.name()].get<int>();
  LEADSMAN_CO_TRY(const auto live, co_await r.target.api->get(ref_of(r, w, edit.name())));
  if (live) edit.found = kube::replicas_of(*live);
  if (edit.found == edit.wanted) co_return none;
  edit.by = live ? last_scaler(*live) : "somebody";
  if (edit.by == k_autoscaler) co_return none;
  co_return edit;
}

}  // namespace

task<result<void>> record_replicas(rollout& r) {
  const ask<json> counting = [&r] { return count_replicas(r); };
  LEADSMAN_CO_TRY(json counted, co_await persist(r, "canary", counting));
  json detail = intent_of(r);
  detail[k_counts] = std::move(counted);
  co_return co_await intend(r, std::move(detail));
}

task<result<std::vector<replica_edit>>> find_replica_edits(rollout& r) {
  std::vector<replica_edit> edits;
  const json wanted = recorded(r);
  for (const twin::scaled_workload& w : examined_canary(r).workloads) {
    LEADSMAN_CO_TRY(auto of_canary, co_await find_edit(r, wanted, w, false));
    if (of_canary) edits.push_back(std::move(*of_canary));
    LEADSMAN_CO_TRY(auto of_stable, co_await find_edit(r, wanted, w, true));
    if (of_stable) edits.push_back(std::move(*of_stable));
  }
  co_return edits;
}

std::string describe(const replica_edit& edit) {
  if (!edit.found) return fmt::format("{} {} is gone: somebody removed it", edit.workload.kind, edit.name());
  return fmt::format("{} scaled {} {}: it is to have {} pod{} instead of {}", edit.by, edit.workload.kind, edit.name(), *edit.found, *edit.found == 1 ? "" : "s", edit.wanted);
}

bool is_restorable(const replica_edit& edit) { return edit.found && !(edit.of_stable && *edit.found > edit.wanted); }

task<result<void>> restore_replicas(rollout& r, std::vector<replica_edit> edits) {
  for (const replica_edit& edit : edits) {
    if (!is_restorable(edit)) continue;
    LEADSMAN_CO_CHECK(co_await set_replicas(r, ref_of(r, edit.workload, edit.name()), edit.wanted));
  }
  co_return result<void>{};
}

void take_over_replicas(const rollout& r, json& detail, const std::vector<replica_edit>& edits) {
  json counted = recorded(r);
  for (const replica_edit& edit : edits) {
    if (edit.found) counted[edit.name()] = *edit.found;
  }
  detail[k_counts] = std::move(counted);
}

std::string last_scaler(const json& object) {
  return kube::last_writer(std::span(&object, 1), [](const json& entry) { return !kube::at(entry, "/fieldsV1/f:spec/f:replicas").is_null(); });
}

}  // namespace leadsman::runner
