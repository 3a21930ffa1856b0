#include <algorithm>

#include "plugins/gateway-api/matches.hpp"
#include "plugins/gateway-api/router.hpp"
#include "plugins/gateway-api/rules.hpp"

namespace leadsman::gateway_api {

namespace {

constexpr size_t k_most_rules = 16;  // of the API

// The same as the stable one (filters and all), but for where it leads.
json canary_backend(const json& stable_backend, const target& t) {
  json out = stable_backend;
  out["name"] = t.canary.service;
  if (t.canary.port) out["port"] = *t.canary.port;
  return out;
}

// Both weights are written, always: one that is missing means 1. At 0 the canary stays where it is, so that the next weight
// changes two numbers and nothing else.
void share(json& rule, const target& t, int64_t weight) {
  json& backends = rule["backendRefs"];
  const size_t stable = *backend_of(rule, t.stable, t.name_space);
  backends[stable]["weight"] = 100 - weight;
  std::optional<size_t> canary = backend_of(rule, t.canary, t.name_space);
  if (!canary) {
    canary = stable + 1;
    backends.insert(backends.begin() + static_cast<json::difference_type>(*canary), canary_backend(backends[stable], t));
  }
  backends[*canary]["weight"] = weight;
}

std::vector<json> header_matches(const json& matches) {
  std::vector<json> out;
  for (const json& each : matches) out.push_back(header_match_of(each));
  return out;
}

json rules_with(const json& route, const target& t, const std::vector<size_t>& places, int64_t weight, const std::vector<json>& headers) {
  json out = json::array();
  const json& rules = list_at(route, "/spec/rules");
  for (size_t place = 0; place < rules.size(); ++place) {
    if (is_canary_only(rules[place], t)) continue;  // of the matches before
    json rule = rules[place];
    if (std::ranges::find(places, place) != places.end()) {
      share(rule, t, weight);
      const json& canary = rule["backendRefs"][*backend_of(rule, t.canary, t.name_space)];
      if (!headers.empty()) out.push_back(canary_rule(rule, canary, headers));
    }
    out.push_back(std::move(rule));
  }
  if (out.size() > k_most_rules) throw sdk::invalid_params("matches: " + name_of(t) + " would have more than the 16 rules that the API allows");
  return out;
}

}  // namespace

json set(const json& params) {
  sdk::fields in(params, "");
  const target t = read_target(in);
  json route = find_route(in.list("objects"), t);
  const int64_t weight = in.integer("weight", 0, 100);
  const std::vector<json> headers = header_matches(in.list("matches"));
  in.finish();
  if (route.is_null()) throw sdk::failed("not_found", "there is no " + name_of(t));
  const chosen_rules chosen = choose_rules(route, t);
  if (!chosen.problems.empty()) throw sdk::failed("rejected", chosen.problems.front());
  json rules = rules_with(route, t, chosen.places, weight, headers);
  json changed = json::array();
  if (rules != route["spec"]["rules"]) {
    route["spec"]["rules"] = std::move(rules);
    changed.push_back(std::move(route));
  }
  return {{"write", changed}, {"delete", json::array()}};
}

}  // namespace leadsman::gateway_api
