#include "runner/progress.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

#include "runner/observe.hpp"

namespace leadsman::runner {

using nlohmann::json;
using namespace std::chrono_literals;

namespace {

// Changes come in bursts; people read no faster.
constexpr auto k_report_pause = 150ms;
// A workload that the new revision does not change at all is judged too, after helm has surely applied it.
constexpr auto k_unchanged_counts_after = 30s;
constexpr auto k_first_look = 2s;
// Some verdicts depend on time alone (an image that cannot be pulled for 20 s).
constexpr auto k_assess_again = 2s;

using kind_set = std::set<std::pair<std::string, std::string>>;  // apiVersion, kind

std::vector<json> selectors_of(const std::vector<helm::object>& objects, const std::vector<kube::object_ref>& workloads) {
  std::vector<json> selectors;
  for (const kube::object_ref& ref : workloads) {
    const auto at = std::ranges::find_if(objects, [&](const helm::object& o) { return o.kind == ref.kind && o.name == ref.name; });
    if (at != objects.end()) selectors.push_back(kube::at(at->value, "/spec/selector"));
  }
  return selectors;
}

bool follows_a_workload(const std::string& kind) { return kind == "Pod" || kind == "ReplicaSet"; }

kube::workload_status judge(const json& object, const kube::surroundings& around) { return kube::assess_workload(object, around, kube::patience{}, leadsman::now()); }

kind_set kinds_of(const std::vector<kube::object_ref>& workloads) {
  kind_set kinds{{"v1", "Pod"}, {"apps/v1", "ReplicaSet"}};
  for (const kube::object_ref& ref : workloads) kinds.emplace(ref.api_version, ref.kind);
  return kinds;
}

}  // namespace

static_assert(kube::k_not_observed == wire::k_not_observed);

wire::workload_progress to_progress(const kube::workload_status& s) {
  wire::workload_progress p;
  p.kind = s.kind;
  p.name = s.name;
  p.desired = s.desired;
  p.updated = s.updated;
  p.ready = s.ready;
  p.state = kube::to_string(s.state);
  p.reason = s.reason;
  p.message = s.message;
  for (const kube::pod_status& pod : s.pods) {
    p.pods.push_back({pod.name, pod.phase, pod.ready_containers, pod.containers, pod.restarts, pod.reason, pod.message});
  }
  return p;
}

progress::progress(rollout& r, const std::vector<helm::object>& objects)
    : r_(r), workloads_(workload_refs(objects)), selectors_(selectors_of(objects, workloads_)), dirty_(r.shared.executor), watchers_(r.shared.executor) {}

task<void> progress::start() {
  started_at_ = std::chrono::steady_clock::now();
  if (workloads_.empty()) co_return;
  const kind_set kinds = kinds_of(workloads_);
  for (const auto& [api_version, kind] : kinds) {
    watchers_.spawn("watch " + kind, [this, api_version, kind] { return watch_kind(api_version, kind); });
  }
  while (objects_.size() < kinds.size() && std::chrono::steady_clock::now() - started_at_ < k_first_look) {
    co_await dirty_.wait_change(dirty_.version(), 100ms);
  }
  const std::vector<json> pods = of_kind("Pod");
  const std::vector<json> replica_sets = of_kind("ReplicaSet");
  for (const kube::object_ref& ref : workloads_) {
    const auto& known = objects_[ref.kind];
    const auto at = known.find(ref.name);
    if (at == known.end()) continue;
    const std::string key = ref.kind + "/" + ref.name;
    generation_before_[key] = kube::number_at(at->second, "/metadata/generation");
    told_[key] = to_progress(judge(at->second, {pods, replica_sets}));
  }
  watchers_.spawn("progress", [this] { return report(); });
}

bool progress::is_of_new_revision(const json& object) const {
  const auto before = generation_before_.find(kube::text_at(object, "/kind") + "/" + kube::text_at(object, "/metadata/name"));
  return before == generation_before_.end() || before->second != kube::number_at(object, "/metadata/generation") ||
         std::chrono::steady_clock::now() - started_at_ > k_unchanged_counts_after;
}

task<void> progress::stop() {
  watchers_.cancel();
  co_await watchers_.join();
}

bool progress::is_ours(const std::string& kind, const json& object) const {
  if (follows_a_workload(kind)) return std::ranges::any_of(selectors_, [&](const json& selector) { return kube::selects(selector, kube::at(object, "/metadata/labels")); });
  return std::ranges::any_of(workloads_, [&](const kube::object_ref& ref) { return ref.kind == kind && ref.name == kube::text_at(object, "/metadata/name"); });
}

void progress::take(const std::string& kind, const kube::watch_event& event) {
  auto& known = objects_[kind];
  const std::string name = kube::text_at(event.object, "/metadata/name");
  switch (event.what) {
    case kube::change::relisted:
      known.clear();
      for (const json& item : event.items) {
        if (is_ours(kind, item)) known[kube::text_at(item, "/metadata/name")] = item;
      }
      break;
    case kube::change::deleted: known.erase(name); break;
    default:
      if (!is_ours(kind, event.object)) return;
      known[name] = event.object;
  }
  dirty_.notify();
}

// The API server leaves out what it can: of pods and ReplicaSets those without the labels that all of ours have.
kube::list_query progress::query_of(const std::string& api_version, const std::string& kind) const {
  kube::list_query query{api_version, kind, r_.release().name_space, {}, {}};
  if (follows_a_workload(kind)) query.label_selector = kube::selector_text(kube::common_selector(selectors_));
  else if (std::ranges::count(workloads_, kind, &kube::object_ref::kind) == 1) query.field_selector = "metadata.name=" + std::ranges::find(workloads_, kind, &kube::object_ref::kind)->name;
  return query;
}

task<void> progress::watch_kind(std::string api_version, std::string kind) {
  const kube::list_query query = query_of(api_version, kind);
  const std::function<bool(const kube::watch_event&)> on_event = [this, kind](const kube::watch_event& event) {
    take(kind, event);
    return true;
  };
  const auto watched = co_await kube::watch(*r_.target.api, query, on_event, r_.line.watch_options(watchers_));
  if (!watched && watched.error().code != errc::canceled) spdlog::warn("deployment {}: progress of {} is not shown: {}", r_.id(), kind, watched.error().message);
}

std::vector<json> progress::of_kind(const std::string& kind) const {
  std::vector<json> list;
  if (const auto at = objects_.find(kind); at != objects_.end()) {
    for (const auto& [name, object] : at->second) list.push_back(object);
  }
  return list;
}

task<void> progress::assess() {
  store::change what;
  const std::vector<json> pods = of_kind("Pod");
  const std::vector<json> replica_sets = of_kind("ReplicaSet");
  for (const kube::object_ref& ref : workloads_) {
    const auto kind = objects_.find(ref.kind);
    if (kind == objects_.end() || !kind->second.contains(ref.name)) continue;
    const json& object = kind->second.at(ref.name);
    const kube::workload_status status = judge(object, {pods, replica_sets});
    if (status.state == kube::workload_state::failed && !hopeless_ && is_of_new_revision(object)) {
      hopeless_ = status;
      r_.changed.notify();
    }
    const wire::workload_progress now = to_progress(status);
    if (const auto before = told_.find(ref.kind + "/" + ref.name); before != told_.end() && before->second == now) continue;
    told_[ref.kind + "/" + ref.name] = now;
    what.events.push_back(make_event(model::event_kind::workload, status.kind + " " + status.name + ": " + status.message, json(now)));
  }
  if (what.events.empty()) co_return;
  const auto saved = co_await r_.log.save(std::move(what));
  if (!saved) spdlog::warn("deployment {}: progress: {}", r_.id(), saved.error().message);
}

task<void> progress::report() {
  for (;;) {
    const uint64_t seen = dirty_.version();
    co_await assess();
    co_await sleep_for(k_report_pause);  // canceled: the next co_await unwinds
    co_await dirty_.wait_change(seen, k_assess_again);
  }
}

}  // namespace leadsman::runner
