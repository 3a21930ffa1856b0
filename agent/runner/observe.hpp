#pragma once

#include <string>
#include <vector>

#include "helm/manifest.hpp"
#include "kube/readiness.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// What the plan depends on: Helm's history, the ledger, the health of what runs, and whether anything would change.
// Errors: of kube::client.
task<result<plan::observed>> observe(rollout& r);

// An object's content as far as a manifest decides it: without status, without what the API server keeps about it, and
// without the marks that helm adds to what it applies.
nlohmann::json manifest_content(nlohmann::json object);

// The workloads of a manifest that this agent can judge.
std::vector<kube::object_ref> workload_refs(const std::vector<helm::object>& objects);

// An object of the manifest that is not as the manifest says, as a sentence; absent when none is.
task<result<std::optional<std::string>>> find_drift(kube::client& api, std::vector<helm::object> objects);

}  // namespace leadsman::runner
