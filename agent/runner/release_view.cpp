#include <fmt/format.h>

#include <algorithm>

#include "kube/lease_lock.hpp"
#include "kube/snapshot.hpp"
#include "runner/ledger.hpp"
#include "runner/observe.hpp"
#include "runner/progress.hpp"
#include "runner/release_reader.hpp"
#include "runner/rollouts.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {

using nlohmann::json;

namespace {

task<result<json>> read_holder(kube::client& api, model::release_id id) {
  const kube::object_ref ref{"coordination.k8s.io/v1", "Lease", id.name_space, lease_name(id)};
  LEADSMAN_CO_TRY(const auto found, co_await api.get(ref));
  if (!found) co_return json();
  LEADSMAN_CO_TRY(const kube::lease lease, kube::parse_lease(*found));
  // A holder that has not renewed for longer than its lease lasts is dead, as far as our clocks agree.
  const bool stale = lease.renewed && *lease.renewed + lease.duration < leadsman::now();
  if (lease.holder.empty() || stale) co_return json();
  co_return json(holder_of(lease));
}

task<result<json>> read_workload_states(kube::client& api, model::release_id id, const helm::release& r) {
  json list = json::array();
  LEADSMAN_CO_TRY(const auto objects, helm::split_manifest(r.manifest, id.name_space));
  LEADSMAN_CO_TRY(const auto statuses, co_await kube::read_workloads(api, id.name_space, workload_refs(objects)));
  for (const kube::workload_status& s : statuses) list.push_back(to_progress(s));
  co_return list;
}

json revision_json(const helm::release& r, const model::ledger& known) {
  json out{{"revision", r.revision}, {"status", helm::to_string(r.status)}, {"chart", helm::chart_name(r)}, {"app_version", r.chart.app_version}, {"description", r.description}};
  if (r.last_deployed) out["updated"] = format_rfc3339(*r.last_deployed);
  if (const auto label = r.labels.find("leadsman/deployment"); label != r.labels.end()) out["deployment"] = label->second;
  if (const model::ledger_entry* entry = model::find_entry(known, r.revision)) out["standing"] = entry->standing;
  return out;
}

// Whether a deployment is at work with it or has left it is in `holder`.
json canary_json(const model::ledger& known) {
  if (!known.canary) return nullptr;
  const model::canary_entry& c = *known.canary;
  return {{"deployment", c.deployment}, {"weight", c.weight}, {"chart", c.chart}, {"since", c.since}, {"router", c.router.plugin}};
}

}  // namespace

task<result<std::optional<json>>> rollouts::release_status(model::release_id id) {
  LEADSMAN_CO_TRY(cluster* const target, clusters_.find(id.cluster));
  kube::client& api = *target->api;
  LEADSMAN_CO_TRY(const auto history, co_await read_history(api, id));
  if (history.empty()) co_return std::optional<json>{};
  LEADSMAN_CO_TRY(const auto newest, co_await read_revision(api, id, history.back().revision));
  if (!newest) co_return std::optional<json>{};
  LEADSMAN_CO_TRY(const model::ledger known, co_await read_ledger(api, id));
  json out = revision_json(*newest, known);
  out["release"] = id;
  LEADSMAN_CO_TRY(out["workloads"], co_await read_workload_states(api, id, *newest));
  LEADSMAN_CO_TRY(out["holder"], co_await read_holder(api, id));
  out["canary"] = canary_json(known);
  std::vector<int> revisions;
  for (const plan::observed_revision& r : history) revisions.push_back(r.revision);
  out["way_back"] = model::way_back(known, revisions);
  co_return std::optional<json>(std::move(out));
}

task<result<std::optional<json>>> rollouts::release_history(model::release_id id) {
  LEADSMAN_CO_TRY(cluster* const target, clusters_.find(id.cluster));
  LEADSMAN_CO_TRY(const auto history, co_await read_history(*target->api, id));
  if (history.empty()) co_return std::optional<json>{};
  LEADSMAN_CO_TRY(const model::ledger known, co_await read_ledger(*target->api, id));
  json revisions = json::array();
  for (const plan::observed_revision& r : history) {
    LEADSMAN_CO_TRY(const auto full, co_await read_revision(*target->api, id, r.revision));
    if (full) revisions.push_back(revision_json(*full, known));
  }
  json out = json::object();
  out["release"] = id;
  out["revisions"] = std::move(revisions);
  out["canary"] = canary_json(known);
  co_return std::optional<json>(std::move(out));
}

std::string rollouts::metrics() {
  std::string text;
  const auto gauge = [&](const char* name, const char* help, auto value) {
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help, value);
  };
  gauge("leadsman_deployments_running", "Deployments under way.", running_.size());
  gauge("leadsman_helm_running", "helm processes at work.", shared_.helm.running());
  gauge("leadsman_helm_waiting", "Steps that wait for a helm slot.", shared_.helm.waiting());
  text += "# HELP leadsman_build_info The agent's version, and helm's.\n# TYPE leadsman_build_info gauge\n";
  text += fmt::format("leadsman_build_info{{helm=\"{}\",version=\"{}\"}} 1\n", shared_.helm.known_version(), LEADSMAN_VERSION);
  text += "# HELP leadsman_failed_ways_back_total Rollbacks that failed or could not be proved: somebody has to look.\n# TYPE leadsman_failed_ways_back_total counter\n";
  text += fmt::format("leadsman_failed_ways_back_total {}\n", failed_ways_back_);
  text += "# HELP leadsman_deployments_started_total Deployments taken up since the agent started.\n# TYPE leadsman_deployments_started_total counter\n";
  text += fmt::format("leadsman_deployments_started_total {}\n", started_);
  text += "# HELP leadsman_deployments_ended_total Deployments that ended, by their last phase.\n# TYPE leadsman_deployments_ended_total counter\n";
  for (const auto& [phase, count] : ended_by_phase_) text += fmt::format("leadsman_deployments_ended_total{{phase=\"{}\"}} {}\n", phase, count);
  return text;
}

}  // namespace leadsman::runner
