#pragma once

#include <optional>
#include <string>

#include "runner/reach_gate.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

struct reach_finding {
  std::optional<std::string> why_not;  // whoever asks may not have this plan carried out; a sentence
  reach_limits limits;                 // to which helm's own rendering is held later
};

// Whether whoever asks for this deployment may have the plan carried out. Held against their reach is
// every object, hooks included, of what is deployed (it may be removed), of the revision that the plan leads back to, and
// of `rendered`, what the chart makes now, with its crds/ folders unless helm is told to skip them. A caller without limits
// is not looked at. Errors: of kube::client and helm::runner; invalid_input for a manifest that cannot be read.
task<result<reach_finding>> check_reach(rollout& r, plan::rolling_plan plan, std::optional<helm::release> rendered);

// Whether objects of a kind live in a namespace. A kind that the cluster does not know is unknown. Errors: of kube::client.
task<result<object_scope>> scope_of(rollout& r, std::string api_version, std::string kind);

// The limits as preflight has saved them with its step, for helm's post-renderer; empty for a caller without any. Limits that
// were never saved let nothing pass.
std::string limits_of_upgrade(const rollout& r);

// Tells that helm is made to skip the chart's crds/ folders because the caller may not change objects of the whole cluster.
std::optional<std::string> note_on_skipped_crds(const rollout& r, const plan::rolling_plan& plan);

}  // namespace leadsman::runner
