#pragma once

#include <string>

#include "runner/rollout.hpp"

namespace leadsman::runner {

// Home without the router: a plugin that always falls must not keep traffic at a canary. The objects that it has changed
// become what they were before the first change, those that it made are removed. `why` is what is wrong with the router.
// Failed: with nothing recorded, where somebody else has written an object since, or when the API server refuses.
task<result<step_result>> put_route_back(rollout& r, std::string why);

// Whether the objects that the router has changed are what they were before the first change, and those that it made are
// gone; false, with nothing recorded. Errors: of kube::client.
task<result<bool>> is_put_back(rollout& r);

// Who has written `live` since it was `original`, but for its status and for us; empty: nobody. Pure.
std::string edited_since(const nlohmann::json& original, const nlohmann::json& live);

}  // namespace leadsman::runner
