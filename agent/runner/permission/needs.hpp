#pragma once

#include <string>
#include <vector>

#include "kube/access.hpp"
#include "kube/discovery.hpp"

namespace leadsman::runner {

// One thing that has to be allowed, and for what.
struct permission {
  kube::access_question what;
  std::string why;  // "the ledger of a release", "Deployment web"
};

// What helm and the agent do in a release's namespace, whatever its chart is. Pure.
std::vector<permission> own_permissions(const std::string& name_space);

// What helm and the agent do with one object of a release, from its creation to the way back. `ref` with the namespace that
// it will be in. Pure.
std::vector<permission> object_permissions(const kube::object_ref& ref, const kube::resource_kind& kind);

// What the agent does with an object of a route that somebody else made, all of its kind. Pure.
std::vector<permission> route_permissions(const kube::object_ref& ref, const kube::resource_kind& kind);

// The canary's pods follow its weight. Pure.
std::vector<permission> scale_permissions(const kube::object_ref& ref, const kube::resource_kind& kind);

// helm makes a chart's custom resource definitions when it installs it, and never touches them again.
std::vector<permission> definition_permissions();

// "patch deployments.apps", "get pods/log"
std::string to_string(const kube::access_question& what);
std::string resource_text(const kube::access_question& what);  // "deployments.apps"

}  // namespace leadsman::runner
