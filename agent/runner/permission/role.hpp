#pragma once

#include <string>
#include <vector>

#include "runner/permission/needs.hpp"

namespace leadsman::runner {

// What is missing, a line a kind of object: "delete, patch deployments.apps in shop (Deployment web)". Pure.
std::vector<std::string> describe_denied(const std::vector<permission>& denied);

// Roles and bindings that grant it, as one List in YAML: a Role a namespace, a ClusterRole for what is cluster-wide. `user`
// is whom to bind as the cluster calls it ("system:serviceaccount:NAMESPACE:NAME"); empty leaves the bindings out. Other
// rules give another name, so that applying one never takes away what an earlier one has granted. Pure.
std::string make_roles(const std::vector<permission>& denied, const std::string& release, const std::string& user);

}  // namespace leadsman::runner
