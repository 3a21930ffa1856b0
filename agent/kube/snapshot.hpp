#pragma once

#include <string>
#include <vector>

#include "async/task.hpp"
#include "kube/client.hpp"
#include "kube/readiness.hpp"

namespace leadsman::kube {

// How the given workloads stand now: reads each object, and the namespace's pods and ReplicaSets once.
// A workload that does not exist is progressing with reason NotFound.
task<result<std::vector<workload_status>>> read_workloads(client& cluster, std::string name_space,
                                                          std::vector<object_ref> workloads, patience rule = {});

// All objects of a kind in a namespace. Errors: of client.
task<result<std::vector<json>>> list_items(client& cluster, std::string api_version, std::string kind, std::string name_space);

}  // namespace leadsman::kube
