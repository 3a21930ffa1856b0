#pragma once

#include <string>
#include <vector>

#include "document/reader.hpp"
#include "model/policy.hpp"

namespace leadsman::wire {

// The keys of a policy ("on-failure", "timeout" ...), read from an object that may have other keys too. Used for request
// bodies, leadsman.yaml and action inputs alike, so that a choice is declared once. Unset keys keep their `base` value.
model::policy read_policy(document::object_reader& in, const model::policy& base = {});

nlohmann::json policy_json(const model::policy& policy);

}  // namespace leadsman::wire
