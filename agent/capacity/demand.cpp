#include "capacity/demand.hpp"

#include <algorithm>
#include <optional>

#include "kube/quantity.hpp"

namespace leadsman::capacity {

using kube::json;

namespace {

constexpr std::array k_of_containers{resource::cpu, resource::memory, resource::cpu_limit, resource::memory_limit};

constexpr bool is_limit(resource r) { return r == resource::cpu_limit || r == resource::memory_limit; }
constexpr bool is_cpu(resource r) { return r == resource::cpu || r == resource::cpu_limit; }

std::optional<int64_t> written(const json& container, const char* which, const char* name) {
  return kube::quantity_of(kube::at(container, std::string("/resources/") + which + "/" + name));
}

std::optional<int64_t> default_for(const container_defaults& d, resource what) {
  const int64_t value = what == resource::cpu ? d.cpu : what == resource::memory ? d.memory : what == resource::cpu_limit ? d.cpu_limit : d.memory_limit;
  return value < 0 ? std::nullopt : std::optional(value);
}

// As the API server fills it in: a request that is not said is the limit that is, then the namespace's default.
std::optional<int64_t> asked_by(const json& container, const container_defaults& defaults, resource what) {
  const char* name = is_cpu(what) ? "cpu" : "memory";
  if (const auto said = written(container, is_limit(what) ? "limits" : "requests", name)) return said;
  if (!is_limit(what)) {
    if (const auto limit = written(container, "limits", name)) return limit;
  }
  return default_for(defaults, what);
}

demand demand_of_container(const json& container, const container_defaults& defaults) {
  demand d;
  for (const resource r : k_of_containers) d[r] = asked_by(container, defaults, r).value_or(0);
  return d;
}

bool is_sidecar(const json& init_container) { return kube::text_at(init_container, "/restartPolicy") == "Always"; }

void take_default(int64_t& into, const json& value) {
  if (const auto found = kube::quantity_of(value)) into = *found;
}

}  // namespace

demand operator+(demand a, const demand& b) {
  for (size_t i = 0; i < k_resources; ++i) a.of[i] += b.of[i];
  return a;
}

demand operator-(demand a, const demand& b) {
  for (size_t i = 0; i < k_resources; ++i) a.of[i] -= b.of[i];
  return a;
}

demand operator*(demand a, int64_t times) {
  for (int64_t& each : a.of) each *= times;
  return a;
}

demand larger_of(demand a, const demand& b) {
  for (size_t i = 0; i < k_resources; ++i) a.of[i] = std::max(a.of[i], b.of[i]);
  return a;
}

container_defaults defaults_of(const std::vector<json>& limit_ranges) {
  container_defaults out;
  for (const json& range : limit_ranges) {
    for (const json& limit : kube::at(range, "/spec/limits")) {
      if (kube::text_at(limit, "/type") != "Container") continue;
      take_default(out.cpu, kube::at(limit, "/defaultRequest/cpu"));
      take_default(out.memory, kube::at(limit, "/defaultRequest/memory"));
      take_default(out.cpu_limit, kube::at(limit, "/default/cpu"));
      take_default(out.memory_limit, kube::at(limit, "/default/memory"));
    }
  }
  return out;
}

// The scheduler's rule: containers and sidecars run together, the other init containers one after another before them.
demand demand_of_pod(const json& spec, const container_defaults& defaults) {
  demand together, starting;
  for (const json& c : kube::at(spec, "/initContainers")) {
    const demand one = demand_of_container(c, defaults);
    if (is_sidecar(c)) together = together + one;
    starting = larger_of(starting, is_sidecar(c) ? together : together + one);
  }
  for (const json& c : kube::at(spec, "/containers")) together = together + demand_of_container(c, defaults);
  demand pod = larger_of(together, starting);
  pod[resource::cpu] += kube::quantity_of(kube::at(spec, "/overhead/cpu")).value_or(0);
  pod[resource::memory] += kube::quantity_of(kube::at(spec, "/overhead/memory")).value_or(0);
  pod[resource::pods] = 1;
  return pod;
}

bool says(const json& spec, const container_defaults& defaults, resource what) {
  if (what == resource::pods) return true;
  for (const char* list : {"/initContainers", "/containers"}) {
    for (const json& c : kube::at(spec, list)) {
      if (!asked_by(c, defaults, what)) return false;
    }
  }
  return true;
}

}  // namespace leadsman::capacity
