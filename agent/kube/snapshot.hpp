#pragma once

#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "kube/client.hpp"
#include "kube/readiness.hpp"

namespace leadsman::kube {

// The objects as they are, in the order of `refs`, asked for at the same time; absent ones do not exist. Errors: of client,
// the first by that order.
task<result<std::vector<std::optional<json>>>> get_all(client& cluster, std::vector<object_ref> refs);

// How the given workloads stand now: reads each object, and the namespace's pods and ReplicaSets once.
// A workload that does not exist is progressing with reason NotFound.
task<result<std::vector<workload_status>>> read_workloads(client& cluster, std::string name_space,
                                                          std::vector<object_ref> workloads, patience rule = {});

// Those of the workloads that are not ready. Pods and ReplicaSets, which are many, are read only to say why.
task<result<std::vector<workload_status>>> find_unready(client& cluster, std::string name_space, std::vector<object_ref> workloads);

// All objects of a kind in a namespace. Errors: of client.
task<result<std::vector<json>>> list_items(client& cluster, std::string api_version, std::string kind, std::string name_space);

}  // namespace leadsman::kube
