#pragma once

#include <vector>

#include "capacity/peak.hpp"
#include "wire/check.hpp"

// Whether there is room for a deployment's pods. All pure; what was not looked at is said.
namespace leadsman::capacity {

// How many pods there are at most, when, and what they ask for.
wire::check pods_row(const peak& of);

// Held against the ResourceQuotas of the namespace: `failed` when one is sure to refuse pods that the deployment cannot do
// without, `warning` when there may be too little room for a moment.
wire::checks quota_rows(const peak& of, const std::vector<kube::json>& quotas, const container_defaults& defaults);

// Held against what the nodes have left that admit the new pods, `pods` being all that have not ended, of all namespaces.
wire::check nodes_row(const peak& of, const std::vector<kube::json>& nodes, const std::vector<kube::json>& pods);

}  // namespace leadsman::capacity
