#include "runner/observe.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "kube/snapshot.hpp"
#include "process/identity.hpp"
#include "runner/ledger.hpp"
#include "runner/pending.hpp"
#include "runner/release_reader.hpp"

namespace leadsman::runner {

namespace {

constexpr const char* k_judged[]{"Deployment", "StatefulSet", "DaemonSet"};

task<result<void>> see_health(rollout& r, plan::observed& seen, const helm::release& deployed) {
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(deployed.manifest, r.release().name_space));
  LEADSMAN_CO_TRY(const auto unready, co_await kube::find_unready(*r.target.api, r.release().name_space, workload_refs(objects)));
  seen.healthy = unready.empty();
  if (!seen.healthy) seen.unhealthy_because = unready.front().kind + " " + unready.front().name + ": " + unready.front().message;
  co_return result<void>{};
}

// NoChange would be a lie unless all of this holds: the newest revision is deployed and verified by us with the same
// chart, values and helm, and no object has drifted.
task<result<bool>> is_unchanged(const rollout& r, plan::observed& seen, const helm::release& newest) {
  if (r.request.kind != model::request_kind::deploy || seen.canary || newest.status != helm::release_status::deployed) co_return false;
  const model::ledger_entry* entry = model::find_entry(seen.ledger, newest.revision);
  if (!entry || entry->standing != model::standing::verified || !seen.healthy) co_return false;
  if (entry->chart_digest != r.request.chart.digest || entry->values_digest != r.values.digest) co_return false;
  if (entry->helm_build != r.shared.helm.build()) co_return false;
  LEADSMAN_CO_TRY(auto objects, helm::split_manifest(newest.manifest, r.release().name_space));
  const auto drift = co_await find_drift(*r.target.api, std::move(objects));
  // What cannot be checked is not "no change": the deployment then goes its ordinary way.
  if (!drift) {
    spdlog::info("deployment {}: drift cannot be checked: {}", r.id(), drift.error().message);
    co_return false;
  }
  seen.drift = drift->value_or("");
  co_return seen.drift.empty();
}

// One that is in the ledger without traffic, and that helm does not know, has been removed by somebody. `promote` and `abort`
// are about the canary of one deployment.
task<result<std::optional<model::canary_entry>>> see_left_canary(rollout& r, std::optional<model::canary_entry> entry) {
  std::optional<model::canary_entry> left;
  if (!entry || (!r.request.of.empty() && r.request.of != entry->deployment)) co_return left;
  if (entry->weight > 0 || !entry->route.empty()) co_return entry;
  LEADSMAN_CO_TRY(const auto history, co_await read_history(*r.target.api, model::canary_of(r.release())));
  if (!history.empty()) left = std::move(entry);
  co_return left;
}

}  // namespace

std::vector<kube::object_ref> workload_refs(const std::vector<helm::object>& objects) {
  std::vector<kube::object_ref> refs;
  for (const helm::object& o : objects) {
    if (std::ranges::find(k_judged, o.kind) == std::end(k_judged)) continue;
    refs.push_back({o.api_version, o.kind, o.object_namespace, o.name});
  }
  return refs;
}

task<result<plan::observed>> observe(rollout& r) {
  kube::client& api = *r.target.api;
  plan::observed seen;
  LEADSMAN_CO_TRY(seen.history, co_await read_history(api, r.release()));
  LEADSMAN_CO_TRY(seen.ledger, co_await read_ledger(api, r.release()));
  LEADSMAN_CO_TRY(seen.canary, co_await see_left_canary(r, seen.ledger.canary));
  seen.pending_is_dead = pending_is_dead(seen.history);
  const auto deployed = std::ranges::find(seen.history.rbegin(), seen.history.rend(), "deployed", &plan::observed_revision::status);
  if (deployed == seen.history.rend()) co_return seen;
  LEADSMAN_CO_TRY(const auto release, co_await read_revision(api, r.release(), deployed->revision));
  if (!release) co_return seen;
  deployed->chart = helm::chart_name(*release);
  LEADSMAN_CO_CHECK(co_await see_health(r, seen, *release));
  if (deployed->revision == seen.history.back().revision) {
    LEADSMAN_CO_TRY(seen.unchanged, co_await is_unchanged(r, seen, *release));
  }
  co_return seen;
}

}  // namespace leadsman::runner
