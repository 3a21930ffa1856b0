#pragma once

#include <vector>

#include "runner/rollout.hpp"
#include "wire/check.hpp"

namespace leadsman::runner {

// What one deployment would find: its namespace, its chart rendered, and every permission that it and its way back need.
// Nothing is changed; the chart stays unpacked until remove_chart().
task<wire::checks> examine_deployment(rollout& r);

// The permissions that every release needs, in a namespace.
task<wire::checks> examine_namespace(kube::client& api, std::string name_space);

}  // namespace leadsman::runner
