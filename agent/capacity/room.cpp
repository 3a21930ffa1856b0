#include "capacity/room.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "capacity/admission.hpp"
#include "helm/member.hpp"
#include "kube/quantity.hpp"

namespace leadsman::capacity {

using kube::json;

namespace {

struct counted {
  const char* key;  // in a quota
  resource what;
};

constexpr std::array k_counted{counted{"pods", resource::pods},           counted{"count/pods", resource::pods},
                               counted{"cpu", resource::cpu},             counted{"requests.cpu", resource::cpu},
                               counted{"memory", resource::memory},       counted{"requests.memory", resource::memory},
                               counted{"limits.cpu", resource::cpu_limit}, counted{"limits.memory", resource::memory_limit}};

std::string amount(resource what, int64_t value) {
  switch (what) {
    case resource::pods: return fmt::format("{} pod{}", value, value == 1 ? "" : "s");
    case resource::cpu: return kube::cores_text(value) + " cores";
    case resource::cpu_limit: return kube::cores_text(value) + " cores as limits";
    case resource::memory: return kube::bytes_text(value) + " of memory";
    case resource::memory_limit: return kube::bytes_text(value) + " of memory as limits";
  }
  return "";
}

// Where the unit is said beside it.
std::string bare(resource what, int64_t value) {
  if (what == resource::pods) return std::to_string(value);
  return what == resource::cpu || what == resource::cpu_limit ? kube::cores_text(value) : kube::bytes_text(value);
}

std::string amounts(const demand& d) {
  std::vector<std::string> parts{amount(resource::pods, d[resource::pods])};
  for (const resource r : {resource::cpu, resource::memory}) {
    if (d[r] > 0) parts.push_back(amount(r, d[r]));
  }
  return join(parts, ", ");
}

// One line of a quota. Counts are whole numbers, and quantities come in thousandths.
struct bound {
  std::string key;
  resource what;
  int64_t hard = 0;
  int64_t used = 0;

  int64_t room() const { return std::max<int64_t>(0, hard - used); }
};

int64_t in_units_of(resource what, int64_t thousandths) { return what == resource::pods ? thousandths / 1000 : thousandths; }

std::vector<bound> bounds_of(const json& quota) {
  std::vector<bound> out;
  for (const counted& c : k_counted) {
    const auto hard = kube::quantity_of(helm::member(kube::at(quota, "/spec/hard"), c.key));
    if (!hard) continue;
    const int64_t used = kube::quantity_of(helm::member(kube::at(quota, "/status/used"), c.key)).value_or(0);
    out.push_back({c.key, c.what, in_units_of(c.what, *hard), in_units_of(c.what, used)});
  }
  return out;
}

bool is_scoped(const json& quota) { return !kube::at(quota, "/spec/scopes").empty() || !kube::at(quota, "/spec/scopeSelector").empty(); }

// "pods: only 2 of 4 free"
std::string free_text(const bound& b, std::string_view only = "") {
  return fmt::format("{}: {}{} of {} free", b.key, only, bare(b.what, b.room()), amount(b.what, b.hard));
}

// The first weight whose pods the quota is sure to refuse.
std::optional<weight_demand> refused_weight(const peak& of, const bound& b) {
  for (const weight_demand& w : of.weights) {
    if (w.more[b.what] > b.room()) return w;
  }
  return std::nullopt;
}

// Why it is sure to refuse pods that the deployment cannot do without.
std::optional<std::string> why_refused(const peak& of, const bound& b) {
  if (const auto weight = refused_weight(of, b)) return fmt::format("at {} % the canary needs {} more", weight->weight, amount(b.what, weight->more[b.what]));
  const int64_t lasting = of.lasting[b.what];
  const int64_t beside = of.weights.empty() ? 0 : of.weights.back().more[b.what];
  if (lasting <= 0 || lasting + beside <= b.room()) return std::nullopt;
  return fmt::format("the new version needs {} more{}", amount(b.what, lasting), beside > 0 ? ", beside " + amount(b.what, beside) + " of the canary" : "");
}

wire::check row_of(const std::string& name, const peak& of, const bound& b) {
  const std::string mend = of.of_canary > 0 ? "raise the quota, or give the canary fewer pods: canary.replicas, or a last weight below 100"
                                            : "raise the quota, or let the chart replace pods without a surge (maxSurge: 0)";
  if (const auto why = why_refused(of, b)) return wire::wrong(name, fmt::format("would certainly refuse pods: {}; {}", *why, free_text(b, "only ")), mend);
  const int64_t more = std::max<int64_t>(0, of.more[b.what]);
  if (more > b.room()) return wire::doubtful(name, fmt::format("may hold up the deployment: at its peak it needs {} more; {}", amount(b.what, more), free_text(b, "only ")), mend);
  return wire::well(name, fmt::format("{}, at most {} needed", free_text(b), bare(b.what, more)));
}

// A quota for something refuses pods that do not say how much of it they want.
std::optional<wire::check> silent_row(const std::string& name, const peak& of, const bound& b, const container_defaults& defaults) {
  if (std::ranges::all_of(of.specs, [&](const json& spec) { return says(spec, defaults, b.what); })) return std::nullopt;
  const bool limit = b.what == resource::cpu_limit || b.what == resource::memory_limit;
  const char* which = b.what == resource::cpu || b.what == resource::cpu_limit ? "cpu" : "memory";
  return wire::wrong(name, fmt::format("would certainly refuse pods: it counts {}, and a container of the chart has no resources.{}.{}", b.key, limit ? "limits" : "requests", which),
                     "let the chart say it, or make a LimitRange with a default");
}

demand free_on(const json& node) {
  demand d;
  d[resource::pods] = kube::quantity_of(kube::at(node, "/status/allocatable/pods")).value_or(0) / 1000;
  d[resource::cpu] = kube::quantity_of(kube::at(node, "/status/allocatable/cpu")).value_or(0);
  d[resource::memory] = kube::quantity_of(kube::at(node, "/status/allocatable/memory")).value_or(0);
  return d;
}

bool fits(const demand& pod, const demand& room) {
  return std::ranges::all_of(std::array{resource::pods, resource::cpu, resource::memory}, [&](resource r) { return pod[r] <= room[r]; });
}

struct open_node {
  const json* node;
  demand room;
};

std::map<std::string, open_node> room_by_node(const peak& of, const std::vector<json>& nodes, const std::vector<json>& pods) {
  std::map<std::string, open_node> room;
  for (const json& node : nodes) {
    const bool takes_some = std::ranges::any_of(of.specs, [&](const json& spec) { return admits(node, spec); });
    if (takes_some) room[kube::text_at(node, "/metadata/name")] = {&node, free_on(node)};
  }
  for (const json& pod : pods) {
    const auto at = room.find(kube::text_at(pod, "/spec/nodeName"));
    const std::string phase = kube::text_at(pod, "/status/phase");
    if (at == room.end() || phase == "Succeeded" || phase == "Failed") continue;
    at->second.room = at->second.room - demand_of_pod(kube::at(pod, "/spec"), {});
  }
  return room;
}

// The largest first, each onto the first node that can hold it.
size_t placed(const peak& of, std::map<std::string, open_node> room) {
  std::vector<new_pod> pods = of.pods;
  std::ranges::sort(pods, std::greater{}, [](const new_pod& p) { return std::pair(p.asks[resource::memory], p.asks[resource::cpu]); });
  size_t count = 0;
  for (const new_pod& pod : pods) {
    const auto at = std::ranges::find_if(room, [&](const auto& node) { return fits(pod.asks, node.second.room) && admits(*node.second.node, of.specs.at(pod.spec)); });
    if (at == room.end()) continue;
    at->second.room = at->second.room - pod.asks;
    ++count;
  }
  return count;
}

}  // namespace

wire::check pods_row(const peak& of) {
  std::vector<std::string> why{fmt::format("{} now", of.now[resource::pods])};
  if (of.of_canary > 0) why.push_back(fmt::format("{} of the canary", of.of_canary));
  const int64_t grown = of.more[resource::pods] - of.of_canary - of.surge;
  if (grown > 0) why.push_back(fmt::format("{} more of the new version", grown));
  if (of.surge > 0) why.push_back(fmt::format("{} while pods are replaced", of.surge));
  std::string found = fmt::format("at most {} at once: {}", of.highest[resource::pods], join(why, ", "));
  if (of.more[resource::cpu] > 0 || of.more[resource::memory] > 0) found += fmt::format("; {} more than now", amounts(of.more));
  if (!of.not_counted.empty()) found += "; not counted: " + join(of.not_counted, ", ") + " (a pod a node)";
  return wire::well("pods", found);
}

wire::checks quota_rows(const peak& of, const std::vector<json>& quotas, const container_defaults& defaults) {
  wire::checks rows;
  for (const json& quota : quotas) {
    const std::string name = "quota " + kube::text_at(quota, "/metadata/name");
    if (is_scoped(quota)) {
      rows.push_back(wire::doubtful(name, "was not checked: it counts some pods only (scopes)", "look whether it counts this chart's: kubectl describe quota"));
      continue;
    }
    for (const bound& b : bounds_of(quota)) rows.push_back(silent_row(name, of, b, defaults).value_or(row_of(name, of, b)));
  }
  if (rows.empty()) rows.push_back(wire::well("quota", "the namespace has none for pods"));
  return rows;
}

wire::check nodes_row(const peak& of, const std::vector<json>& nodes, const std::vector<json>& pods) {
  if (of.pods.empty()) return wire::well("nodes", "no more pods are needed than there are");
  const auto room = room_by_node(of, nodes, pods);
  const size_t fit = placed(of, room);
  const std::string where = room.size() == 1 ? "1 node takes them" : fmt::format("{} nodes take them", room.size());
  if (fit == of.pods.size()) return wire::well("nodes", fmt::format("{}: room for {} more (affinities to other pods are not looked at)", where, amounts(of.more)));
  return wire::doubtful("nodes", fmt::format("{}: room for {} of {} pods more, which ask for {} at the peak", where, fit, of.pods.size(), amounts(of.more)),
                        "add a node, unless an autoscaler does; or give the canary fewer pods: canary.replicas");
}

}  // namespace leadsman::capacity
