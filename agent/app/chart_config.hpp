#pragma once

#include <nlohmann/json.hpp>

#include "app/config.hpp"

namespace leadsman::app {

// The configuration's `charts`. Errors: invalid_input with the field's path (a prefix that can match nothing, one that
// stands twice, credentials of two kinds or half of them, plain HTTP that is not chosen).
result<helm::chart_sources> read_chart_sources(const nlohmann::json& charts);

// An embedded agent fetches whatever its user could, with the user's own login to registries if HELM_REGISTRY_CONFIG
// names its file or DOCKER_CONFIG its folder.
helm::chart_sources charts_of_user(const environment& env);

}  // namespace leadsman::app
