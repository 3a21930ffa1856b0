#pragma once

#include <string>
#include <vector>

#include "helm/manifest.hpp"

namespace leadsman::twin {

// A pod is told to end in the same moment in which the gateway begins to hear that it is gone: 2 to 128 ms later with Contour
// and Envoy, 0.6 to 2.7 s with ingress-nginx (measured). What its requests need meanwhile, and the pods behind `service` do
// not have, as one sentence that says what to add; empty: nothing that a chart could say is missing. Pure.
std::string lacks_graceful_end(const std::vector<helm::object>& objects, const std::string& service);

}  // namespace leadsman::twin
