#include "kube/evidence.hpp"

#include <algorithm>

#include "kube/headline.hpp"

namespace leadsman::kube {

namespace {

constexpr size_t k_most_events = 20;

// Whose events tell something about the workload.
std::vector<const json*> involved_objects(const findings& found, const std::vector<const json*>& pods) {
  std::vector<const json*> objects = pods;
  objects.push_back(&found.object);
  if (text_at(found.object, "/kind") != "Deployment") return objects;
  if (const json* const set = newest_replica_set(found.object, found.around.replica_sets)) objects.push_back(set);
  return objects;
}

void attach_logs(std::vector<container_evidence>& containers, const std::vector<container_evidence>& logs) {
  for (container_evidence& c : containers) {
    const auto read =
        std::ranges::find_if(logs, [&](const container_evidence& l) { return l.pod == c.pod && l.container == c.container; });
    if (read == logs.end()) continue;
    c.log = read->log;
    c.log_is_previous = read->log_is_previous;
  }
}

}  // namespace

workload_evidence compose_evidence(const findings& found, const patience& rule, wall_time at_time) {
  workload_evidence composed{.status = assess_workload(found.object, found.around, rule, at_time)};
  const std::vector<const json*> pods = current_pods(found.object, found.around);
  for (const json* pod : pods) {
    for (container_evidence& c : troubled_containers(*pod)) composed.containers.push_back(std::move(c));
  }
  attach_logs(composed.containers, found.logs);
  composed.events = collect_event_lines(found.events, involved_objects(found, pods));
  headline cause = find_headline(composed);
  composed.headline = std::move(cause.text);
  composed.rank = cause.rank;
  if (composed.events.size() > k_most_events) composed.events.resize(k_most_events);
  return composed;
}

evidence combine(std::vector<workload_evidence> workloads) {
  evidence all;
  const auto telling = std::ranges::min_element(
      workloads, {}, [](const workload_evidence& w) { return std::pair(w.status.state != workload_state::failed, w.rank); });
  if (telling != workloads.end()) all.headline = telling->status.kind + " " + telling->status.name + ": " + telling->headline;
  all.workloads = std::move(workloads);
  return all;
}

namespace {

json to_json(const event_line& e) {
  return {{"type", e.type},
          {"reason", e.reason},
          {"object", e.object},
          {"container", e.container},
          {"message", e.message},
          {"count", e.count},
          {"last", format_rfc3339(e.last)}};
}

}  // namespace

json to_json(const evidence& e) {
  json workloads = json::array();
  for (const workload_evidence& w : e.workloads) {
    json containers = json::array(), events = json::array();
    for (const container_evidence& c : w.containers) containers.push_back(to_json(c));
    for (const event_line& line : w.events) events.push_back(to_json(line));
    workloads.push_back({{"status", to_json(w.status)},
                         {"headline", w.headline},
                         {"containers", std::move(containers)},
                         {"events", std::move(events)}});
  }
  return {{"headline", e.headline}, {"workloads", std::move(workloads)}};
}

}  // namespace leadsman::kube
