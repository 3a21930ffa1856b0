#pragma once

#include "runner/rollout.hpp"

namespace leadsman::runner {

// The request's chart, unpacked below the run directory and verified against its digest; once per rollout.
// Errors: not_found (the agent does not have it any more), invalid_input, unavailable.
task<result<void>> unpack_chart(rollout& r);

// The request in helm's terms.
helm::upgrade_request upgrade_request_of(const rollout& r);
helm::apply_method apply_method_of(const model::policy& policy, const std::optional<helm::release>& before);

}  // namespace leadsman::runner
