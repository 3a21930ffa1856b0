#pragma once

#include <set>
#include <string>

#include "analysis/probing.hpp"
#include "runner/canary/in_effect.hpp"

namespace leadsman::runner {

// Every probe has this header, with the deployment's id: who keeps statistics can leave probes out.
inline constexpr const char* k_probe_header = "Leadsman-Probe";

// Whether the agent may send probes to where the request says. Errors: forbidden, invalid_input.
result<void> check_probe(const model::probe_grants& grants, const std::optional<model::canary>& canary);

// What stable answers, before there is a canary: a few probes, one after another. Never fails.
task<analysis::probed> probe_stable(rollout& r);

// Sends probes until their answers show that weight, and a canary that is asked with a match answers it. Never fails.
task<sighting> probe_traffic(rollout& r, expected_traffic wanted, std::function<bool()> stop);

// How the values that stable answered with are saved: a member of the detail of preflight.
inline constexpr const char* k_stable_answers = "stable_answers";

}  // namespace leadsman::runner
