#pragma once

#include <map>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "kube/client.hpp"
#include "runner/permission/needs.hpp"

namespace leadsman::runner {

// Those that no rule of their namespace allows, one a verb and kind of object: the cluster has the last word about them. A
// cluster-wide question has no rules. Pure.
std::vector<permission> unsettled(const std::vector<permission>& wanted, const std::map<std::string, kube::access_rules>& rules);

// Those of `wanted` that are not allowed, one a verb and kind of object, in their order. One question a namespace settles
// most; the others are asked one by one, several at a time. Errors: of kube::client.
task<result<std::vector<permission>>> find_denied(kube::client& api, std::vector<permission> wanted);

}  // namespace leadsman::runner
