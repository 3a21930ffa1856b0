#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace leadsman::gateway_api::test {

using nlohmann::json;

// A route as an API server gives it: one rule that leads to the Service shop, and a status of its only Gateway.
inline json shop_route() {
  return json::parse(R"({
    "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
    "metadata": {"name": "shop", "namespace": "shop", "generation": 3, "resourceVersion": "4711"},
    "spec": {
      "parentRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "edge"}],
      "rules": [{
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
        "filters": [{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "X-From", "value": "edge"}]}}],
        "backendRefs": [{"group": "", "kind": "Service", "name": "shop", "port": 80, "weight": 1}]
      }]
    },
    "status": {"parents": [{
      "parentRef": {"name": "edge"}, "controllerName": "example.com/gateway",
      "conditions": [
        {"type": "Accepted", "status": "True", "observedGeneration": 3, "reason": "Accepted", "message": ""},
        {"type": "ResolvedRefs", "status": "True", "observedGeneration": 3, "reason": "ResolvedRefs", "message": ""}
      ]
    }]}
  })");
}

inline json backend(const std::string& service, int weight) {
  return {{"group", ""}, {"kind", "Service"}, {"name", service}, {"port", 80}, {"weight", weight}};
}

// Params of a method, for the rule of `config`.
inline json params_for(const json& route, json config = json::object()) {
  config["route"] = "shop";
  json params{{"target", {{"config", config}, {"namespace", "shop"}, {"stable", {{"service", "shop"}}}, {"canary", {{"service", "shop-canary"}}}}}};
  params["objects"] = route.is_null() ? json::array() : json::array({route});
  return params;
}

inline json with(json params, const std::string& key, json value) {
  params[key] = std::move(value);
  return params;
}

inline const json k_beta_header = json::parse(R"({"header": {"name": "X-Beta", "value": "yes"}})");
inline const json k_beta_cookie = json::parse(R"({"cookie": {"name": "beta", "value": "a.b"}})");

}  // namespace leadsman::gateway_api::test
