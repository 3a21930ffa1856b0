#pragma once

#include "plugin/router.hpp"

namespace leadsman::plugin {

// Params of the router methods.
nlohmann::json to_json(const router_target& target);
nlohmann::json to_json(const route_match& match);
nlohmann::json to_json(const std::vector<route_match>& matches);
nlohmann::json to_json(const kube::object_ref& ref);

// What they answer, read strictly. Errors: invalid_input, with the key.
result<std::vector<kube::object_ref>> parse_objects(const nlohmann::json& said);
result<router_view> parse_view(const nlohmann::json& said);
result<router_change> parse_change(const nlohmann::json& said);
result<std::vector<route_match>> parse_matches(const nlohmann::json& list, const std::string& at);

}  // namespace leadsman::plugin
