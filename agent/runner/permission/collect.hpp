#pragma once

#include <string>
#include <vector>

#include "async/task.hpp"
#include "helm/manifest.hpp"
#include "kube/client.hpp"
#include "runner/permission/needs.hpp"

namespace leadsman::runner {

// Pure. Errors: invalid_input when a hook's manifest cannot be read.
std::vector<kube::object_ref> refs_of(const std::vector<helm::object>& objects);
result<std::vector<kube::object_ref>> refs_of(const std::vector<helm::hook>& hooks, const std::string& name_space);

struct wanted_permissions {
  std::vector<permission> all;
  std::vector<std::string> unknown;  // objects whose kind the cluster does not know: "Widget shop/w"
};

// What a release of these objects in this namespace needs, our own work included, and that of helm with the chart's custom
// resource definitions if it `defines` any. Errors: of kube::client.
task<result<wanted_permissions>> collect_permissions(kube::client& api, std::string name_space, std::vector<kube::object_ref> objects,
                                                     bool defines);

}  // namespace leadsman::runner
