#include "plugins/gateway-api/router.hpp"
#include "plugins/gateway-api/rules.hpp"

namespace leadsman::gateway_api {

namespace {

json own_rules_of(const json& route, const target& t) {
  json out = json::array();
  for (const json& rule : list_at(route, "/spec/rules")) {
    if (!is_canary_only(rule, t)) out.push_back(rule);
  }
  return out;
}

// The stable backend as it was: in the rule at the same place, else in the first that led there; null when none did.
json original_backend(const json& originals, size_t number, const target& t) {
  const json before = own_rules_of(find_route(originals, t), t);
  const auto backend_in = [&](const json& rule) {
    const auto at = backend_of(rule, t.stable, t.name_space);
    return at ? rule["backendRefs"][*at] : json();
  };
  if (number < before.size() && !backend_in(before[number]).is_null()) return backend_in(before[number]);
  for (const json& rule : before) {
    if (const json found = backend_in(rule); !found.is_null()) return found;
  }
  return nullptr;
}

void take_out_canary(json& rule, const target& t) {
  json& backends = rule["backendRefs"];
  while (const auto at = backend_of(rule, t.canary, t.name_space)) backends.erase(*at);
}

// The weight that it had, or none where it had none. Whatever else was changed meanwhile stays.
void restore_weight(json& rule, const target& t, const json& original) {
  const auto at = backend_of(rule, t.stable, t.name_space);
  if (!at) return;
  json& backend = rule["backendRefs"][*at];
  if (original.is_object() && original.contains("weight")) backend["weight"] = original["weight"];
  else backend.erase("weight");
}

}  // namespace

json release(const json& params) {
  sdk::fields in(params, "");
  const target t = read_target(in);
  json route = find_route(in.list("objects"), t);
  const json& originals = in.list("originals");
  in.finish();
  json changed = json::array();
  // A route that is gone, or that knows no canary any more, needs nothing.
  json rules = own_rules_of(route, t);
  for (size_t number = 0; number < rules.size(); ++number) {
    if (!backend_of(rules[number], t.canary, t.name_space)) continue;
    take_out_canary(rules[number], t);
    restore_weight(rules[number], t, original_backend(originals, number, t));
  }
  if (!route.is_null() && rules != list_at(route, "/spec/rules")) {
    route["spec"]["rules"] = std::move(rules);
    changed.push_back(std::move(route));
  }
  return {{"write", changed}, {"delete", json::array()}};
}

}  // namespace leadsman::gateway_api
