#pragma once

#include <vector>

#include "kube/object_ref.hpp"

namespace leadsman::kube {

// Whether `object` was made by the controller `owner` (by uid; by kind and name when one of the two has no uid).
bool is_owned_by(const json& object, const json& owner);

// The revision number of a ReplicaSet or Deployment; 0 without one.
int64_t revision_of(const json& object);

}  // namespace leadsman::kube
