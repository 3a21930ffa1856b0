#pragma once

#include <optional>
#include <vector>

#include "async/task.hpp"
#include "helm/release.hpp"
#include "kube/client.hpp"
#include "model/release_id.hpp"
#include "plan/rolling.hpp"

namespace leadsman::runner {

// Helm's own record of a release, read from its Secrets without starting helm.

// All revisions by their labels, oldest first, without payloads. Empty: no such release.
task<result<std::vector<plan::observed_revision>>> read_history(kube::client& api, model::release_id release);

// One revision in full. Absent when helm has pruned it.
task<result<std::optional<helm::release>>> read_revision(kube::client& api, model::release_id release, int revision);

// Marks a pending revision of a dead helm as failed, so that helm goes on. Absent or not pending any more: nothing to do.
task<result<void>> unlock(kube::client& api, model::release_id release, int revision);

}  // namespace leadsman::runner
