#pragma once

#include <vector>

#include "plugins/gateway-api/target.hpp"

namespace leadsman::gateway_api {

// An HTTPHeaderMatch of the API. A cookie is a regular expression on the header Cookie, which a gateway need not support.
json header_match_of(const json& match);  // {header: {name, value}} or {cookie: {name, value}}; throws sdk::refusal

// The other way round; null for one that does not come from here.
json match_of(const json& header_match);

// The user's rule again, for the requests of one of these header matches, and with the canary for its backend. Gateways
// prefer the rule with more headers to the one it was made from. Throws sdk::refusal.
json canary_rule(const json& rule, const json& canary_backend, const std::vector<json>& header_matches);

// What leads to the canary by such rules, as the agent says it: each once.
json matches_of(const json& canary_rules);

}  // namespace leadsman::gateway_api
