#pragma once

#include <vector>

#include "kube/object_ref.hpp"
#include "runner/rollout.hpp"

namespace leadsman::runner {

// What the journal knows of other people's objects that a router has changed; kept in the details of steps.

// The objects as they were before the first change; empty before one.
std::vector<nlohmann::json> originals_of(const rollout& r);
// The objects that the router made; no others may it remove.
std::vector<kube::object_ref> written_objects(const rollout& r);

// Both as JSON text for the ledger, empty before the first change; and what such a text says, put into the detail of a step,
// for a canary that an earlier deployment has left. Errors: invalid_input, for text that somebody else has written.
std::string dump_route_record(const rollout& r);
result<void> take_over_route_record(nlohmann::json& detail, const std::string& text);

// Saves, with the step under way, the objects that are about to be changed, unless that was done before.
task<result<void>> record_originals(rollout& r, std::vector<nlohmann::json> found);
// Saves which of the objects that are about to be written are new.
task<result<void>> record_written(rollout& r, std::vector<nlohmann::json> writes);

}  // namespace leadsman::runner
