#include "kube/evidence_collector.hpp"

#include "kube/line_splitter.hpp"
#include "kube/snapshot.hpp"

namespace leadsman::kube {

namespace {

constexpr int k_log_lines = 20;
constexpr size_t k_log_bytes = 16 * 1024;
constexpr size_t k_line_bytes = 2 * 1024;
constexpr size_t k_logs_per_workload = 3;

std::vector<std::string> to_lines(const std::string& text) {
  line_splitter splitter(k_line_bytes);
  std::vector<std::string> lines = splitter.feed(text);
  for (std::string& last : splitter.finish()) lines.push_back(std::move(last));
  return lines;
}

// Only an instance that ran has a log. When one runs again, the log of the one before tells why it ended.
task<void> read_log(client& cluster, std::string name_space, container_evidence& c) {
  c.log_is_previous = c.state == "running" && c.restarts > 0;
  const log_query wanted{.name_space = name_space,
                         .pod = c.pod,
                         .container = c.container,
                         .tail_lines = k_log_lines,
                         .previous = c.log_is_previous,
                         .limit_bytes = k_log_bytes};
  auto reading = cluster.pod_logs(wanted);
  const result<std::string> text = co_await std::move(reading);
  if (text) c.log = to_lines(*text);
}

task<std::vector<container_evidence>> read_logs(client& cluster, std::string name_space,
                                                std::vector<container_evidence> containers) {
  std::vector<container_evidence> read;
  for (container_evidence& c : containers) {
    const bool has_run = c.exit_code || c.state == "running";
    if (!has_run || read.size() == k_logs_per_workload) continue;
    co_await read_log(cluster, name_space, c);
    read.push_back(std::move(c));
  }
  co_return read;
}

}  // namespace

task<result<evidence>> collect_evidence(client& cluster, std::string name_space, std::vector<object_ref> workloads,
                                        patience rule) {
  auto listing_pods = list_items(cluster, "v1", "Pod", name_space);
  LEADSMAN_CO_TRY(const std::vector<json> pods, co_await std::move(listing_pods));
  auto listing_sets = list_items(cluster, "apps/v1", "ReplicaSet", name_space);
  const auto sets = co_await std::move(listing_sets);
  auto listing_events = list_items(cluster, "v1", "Event", name_space);
  const auto events = co_await std::move(listing_events);
  const std::vector<json> no_items;
  std::vector<workload_evidence> composed;
  for (object_ref ref : workloads) {
    if (ref.name_space.empty()) ref.name_space = name_space;
    const result<std::optional<json>> object = co_await cluster.get(ref);
    if (!object || !*object) continue;
    findings found{**object, {pods, sets ? *sets : no_items}, events ? *events : no_items};
    workload_evidence first = compose_evidence(found, rule, now());
    if (!is_unready(first.status.state)) continue;
    found.logs = co_await read_logs(cluster, name_space, std::move(first.containers));
    composed.push_back(compose_evidence(found, rule, now()));
  }
  co_return combine(std::move(composed));
}

}  // namespace leadsman::kube
