#pragma once

#include "kube/object_ref.hpp"

namespace leadsman::capacity {

// Whether the scheduler would let a pod with this spec onto the node: it is not cordoned, the pod tolerates each of its taints
// that repels, and its labels are what nodeSelector and the required node affinity ask for. Pure. Affinities to other pods and
// spreading are not looked at.
bool admits(const kube::json& node, const kube::json& pod_spec);

}  // namespace leadsman::capacity
