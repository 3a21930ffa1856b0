#pragma once

#include <string>
#include <vector>

#include "async/task.hpp"
#include "kube/client.hpp"
#include "kube/evidence.hpp"

namespace leadsman::kube {

// Reads what there is to know about those of `workloads` that are not ready. Events and logs that may not be read are left
// out. Errors: of client, when the pods cannot be read.
task<result<evidence>> collect_evidence(client& cluster, std::string name_space, std::vector<object_ref> workloads,
                                        patience rule = {});

}  // namespace leadsman::kube
