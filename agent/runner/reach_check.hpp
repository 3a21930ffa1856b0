#pragma once

#include <optional>
#include <string>

#include "runner/rollout.hpp"

namespace leadsman::runner {

// Why whoever asks may not have this plan carried out, as a sentence; absent when they may. Held against their reach is
// every object, hooks included, of what is deployed (it may be removed), of the revision that the plan leads back to, and
// of `rendered`, what the chart makes now, with its crds/ folders unless helm is told to skip them. A caller without limits
// is not looked at. Errors: of kube::client and helm::runner; invalid_input for a manifest that cannot be read.
task<result<std::optional<std::string>>> check_reach(rollout& r, plan::rolling_plan plan, std::optional<helm::release> rendered);

// Tells that helm is made to skip the chart's crds/ folders because the caller may not change objects of the whole cluster.
std::optional<std::string> note_on_skipped_crds(const rollout& r, const plan::rolling_plan& plan);

}  // namespace leadsman::runner
