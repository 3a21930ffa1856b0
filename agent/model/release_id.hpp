#pragma once

#include <compare>
#include <string>

#include "base/error.hpp"

namespace leadsman::model {

inline constexpr size_t k_release_name_limit = 53;  // Helm's own limit

// What a release is called, everywhere: in keys, in URLs, in the lease.
struct release_id {
  std::string cluster;
  std::string name_space;
  std::string name;

  auto operator<=>(const release_id&) const = default;
};

std::string to_string(const release_id& id);  // "cluster/namespace/name"

// Errors: invalid_input, with the field ("namespace", "release", "cluster") that Kubernetes or Helm would refuse.
result<void> check_release_id(const release_id& id);

}  // namespace leadsman::model
