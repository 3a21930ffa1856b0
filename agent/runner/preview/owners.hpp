#pragma once

#include <string>
#include <vector>

#include "helm/manifest.hpp"
#include "wire/check.hpp"

namespace leadsman::runner {

// Who writes the objects that lead traffic, one row each: those that set what the router will set, by their field managers.
// A warning when one of them would set it back while a canary serves (GitOps controllers, an owner, helm by the release's own
// chart). `rendered` is what the release makes. Pure.
wire::checks owner_rows(const std::vector<nlohmann::json>& route, const std::vector<helm::object>& rendered);

}  // namespace leadsman::runner
