#pragma once

#include "plugin/router.hpp"

namespace leadsman::plugin {

// What a router may reach: the kinds that the operator granted, in the namespace of what it routes for.
struct router_reach {
  std::vector<granted_kind> grants;
  std::string name_space;
};

// Errors: forbidden, a sentence whose subject is the plugin: "asks for Secret shop/db, and was granted …".
result<void> check_asked(const std::vector<kube::object_ref>& asked, const router_reach& reach);

// Each write is of an object that was asked for, and within reach still; each removal of one that it had written.
// Errors: forbidden, likewise.
result<void> check_change(const router_change& change, const std::vector<kube::object_ref>& asked,
                          const std::vector<kube::object_ref>& written, const router_reach& reach);

}  // namespace leadsman::plugin
