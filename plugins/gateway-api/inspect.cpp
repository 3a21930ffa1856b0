#include <algorithm>
#include <cmath>

#include "plugins/gateway-api/acceptance.hpp"
#include "plugins/gateway-api/matches.hpp"
#include "plugins/gateway-api/router.hpp"
#include "plugins/gateway-api/rules.hpp"

namespace leadsman::gateway_api {

namespace {

// In percent, rounded, but neither 0 nor 100 unless it is: a share that somebody sees is not none.
int share_of(int64_t part, int64_t whole) {
  const int rounded = static_cast<int>(std::lround(100.0 * static_cast<double>(part) / static_cast<double>(whole)));
  if (part > 0 && rounded == 0) return 1;
  if (part < whole && rounded == 100) return 99;
  return rounded;
}

// Absent: the canary is no backend of this rule.
std::optional<int> weight_in(const json& rule, const target& t, std::vector<std::string>& problems) {
  const auto stable = backend_of(rule, t.stable, t.name_space), canary = backend_of(rule, t.canary, t.name_space);
  if (!canary) return std::nullopt;
  const json& backends = rule.at("backendRefs");
  const int64_t to_stable = stable ? weight_of(backends[*stable]) : 0, to_canary = weight_of(backends[*canary]);
  if (to_stable + to_canary > 0) return share_of(to_canary, to_stable + to_canary);
  problems.push_back("all weights of a rule of " + name_of(t) + " are 0: its gateway answers such requests with an error");
  return 0;
}

// The highest, where rules differ.
std::optional<int> weight_in_route(const json& route, const std::vector<size_t>& places, const target& t, std::vector<std::string>& problems) {
  std::optional<int> highest;
  bool differ = false;
  for (const size_t place : places) {
    const std::optional<int> found = weight_in(route.at("spec").at("rules").at(place), t, problems);
    differ = differ || (place != places.front() && found != highest);
    highest = std::max(highest, found);
  }
  if (differ) problems.push_back("the rules of " + name_of(t) + " give the canary different weights, " + std::to_string(highest.value_or(0)) + " at most");
  return highest;
}

json canary_rules(const json& route, const target& t) {
  json out = json::array();
  for (const json& rule : list_at(route, "/spec/rules")) {
    if (is_canary_only(rule, t)) out.push_back(rule);
  }
  return out;
}

bool has_cookie(const json& matches) {
  return std::ranges::any_of(matches, [](const json& each) { return each.contains("cookie"); });
}

}  // namespace

json inspect(const json& params) {
  sdk::fields in(params, "");
  const target t = read_target(in);
  const json route = find_route(in.list("objects"), t);
  in.finish();
  if (route.is_null()) {
    return {{"weight", nullptr}, {"matches", json::array()}, {"accepted", "unknown"}, {"message", ""}, {"problems", {"there is no " + name_of(t)}}};
  }
  chosen_rules chosen = choose_rules(route, t);
  const std::optional<int> weight = weight_in_route(route, chosen.places, t, chosen.problems);
  const json matches = matches_of(canary_rules(route, t));
  acceptance status = read_acceptance(route);
  if (status.word != "yes" && has_cookie(matches)) status.message += "; a cookie is matched by a regular expression, which not every gateway can do";
  return {{"weight", weight ? json(*weight) : json()}, {"matches", matches}, {"accepted", status.word}, {"message", status.message}, {"problems", chosen.problems}};
}

}  // namespace leadsman::gateway_api
