#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kube/object_ref.hpp"

namespace leadsman::capacity {

// What pods ask of a namespace's quota and of the nodes. All but pods in thousandths of cores and bytes.
enum class resource { pods,
                      cpu,
                      memory,
                      cpu_limit,
                      memory_limit };
inline constexpr size_t k_resources = 5;

struct demand {
  std::array<int64_t, k_resources> of{};

  int64_t& operator[](resource r) { return of[static_cast<size_t>(r)]; }
  int64_t operator[](resource r) const { return of[static_cast<size_t>(r)]; }
  bool operator==(const demand&) const = default;
};

demand operator+(demand a, const demand& b);
demand operator-(demand a, const demand& b);  // may be negative
demand operator*(demand a, int64_t times);
demand larger_of(demand a, const demand& b);  // each resource by itself

// What the namespace's LimitRanges give containers that do not say; absent ones are negative.
struct container_defaults {
  int64_t cpu = -1, memory = -1, cpu_limit = -1, memory_limit = -1;
};

// Of LimitRange objects, as the API server gives them.
container_defaults defaults_of(const std::vector<kube::json>& limit_ranges);

// One pod with this spec (the pod's, not its workload's).
demand demand_of_pod(const kube::json& spec, const container_defaults& defaults);

// What some container of the pod does not say at all: a quota for it refuses the pod.
bool says(const kube::json& spec, const container_defaults& defaults, resource what);

}  // namespace leadsman::capacity
