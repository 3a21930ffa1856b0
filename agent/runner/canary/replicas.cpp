#include "runner/canary/replicas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "kube/snapshot.hpp"
#include "runner/canary/examine.hpp"
#include "runner/canary/scale.hpp"
#include "runner/persist.hpp"
#include "twin/capacity.hpp"

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

// The workloads of both sides whose counts were recorded.
std::vector<replica_edit> recorded_workloads(const rollout& r) {
  const json wanted = recorded(r);
  std::vector<replica_edit> all;
  for (const twin::scaled_workload& w : examined_canary(r).workloads) {
    for (const bool of_stable : {false, true}) {
      replica_edit each{w, of_stable};
      if (!wanted.contains(each.name())) continue;
      each.wanted = wanted[each.name()].get<int>();
      all.push_back(std::move(each));
    }
  }
  return all;
}

// Whether somebody has changed it, and then who.
bool is_edited(replica_edit& each, const std::optional<json>& live) {
  if (live) each.found = kube::replicas_of(*live);
  if (each.found == each.wanted) return false;
  each.by = live ? last_scaler(*live) : "somebody";
  return each.by != k_autoscaler;
}

}  // namespace

task<result<void>> record_replicas(rollout& r, pod_counts counted) {
  if (recorded(r) == json(counted)) co_return result<void>{};
  json detail = intent_of(r);
  detail[k_counts] = counted;
  co_return co_await intend(r, std::move(detail));
}

bool are_recorded_for(const rollout& r, int weight) {
  const json counted = recorded(r);
  const auto workloads = examined_canary(r).workloads;
  return std::ranges::all_of(workloads, [&](const twin::scaled_workload& w) {
    return counted.value(w.name, 0) >= twin::pods_for(*r.request.canary, weight, counted.value(w.stable, 0));
  });
}

task<result<std::vector<replica_edit>>> find_replica_edits(rollout& r) {
  std::vector<replica_edit> all = recorded_workloads(r);
  std::vector<kube::object_ref> refs;
  for (const replica_edit& each : all) refs.push_back(ref_of(r, each.workload, each.name()));
  LEADSMAN_CO_TRY(const auto live, co_await kube::get_all(*r.target.api, refs));
  std::vector<replica_edit> edits;
  for (size_t i = 0; i < all.size(); ++i) {
    if (is_edited(all[i], live[i])) edits.push_back(std::move(all[i]));
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
