#include "plugins/gateway-api/router.hpp"

namespace leadsman::gateway_api {

namespace {

// Served since Gateway API 1.0.
constexpr const char* k_api_version = "gateway.networking.k8s.io/v1";

}  // namespace

json objects(const json& params) {
  sdk::fields in(params, "");
  const target t = read_target(in);
  in.finish();
  return {{"objects", {{{"api_version", k_api_version}, {"kind", "HTTPRoute"}, {"namespace", t.name_space}, {"name", t.route}}}}};
}

json find_route(const json& objects, const target& t) {
  for (const json& each : objects) {
    if (!each.is_object() || each.value("kind", json()) != "HTTPRoute") continue;
    if (each.value("/metadata/name"_json_pointer, json()) == t.route) return each;
  }
  return nullptr;
}

}  // namespace leadsman::gateway_api
