#pragma once

#include "runner/side.hpp"

namespace leadsman::runner {

// The request's chart, unpacked below the run directory and verified against its digest; once per rollout.
// Errors: not_found (the agent does not have it any more), invalid_input, unavailable.
task<result<void>> unpack_chart(rollout& r);
// Removes it again, when the deployment has ended.
void remove_chart(rollout& r);

// Whether the unpacked chart has custom resource definitions of its own (crds/), which helm makes when it installs it.
bool brings_definitions(const rollout& r);

// What the user gave, for helm::prepare_values. `chart_folder` empty: without the chart's own defaults, which only decide
// how a large number of `set` is typed.
result<helm::values_input> values_input_of(const model::deployment_request& request, const std::filesystem::path& chart_folder);

// The values of both sides, from the request and the unpacked chart. Errors: of helm::prepare_values.
result<void> prepare_values_of(rollout& r);

// The request in helm's terms.
helm::upgrade_request upgrade_request_of(const rollout& r, side which);
helm::apply_method apply_method_of(const model::policy& policy, const std::optional<helm::release>& before);

}  // namespace leadsman::runner
