#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/gateway-api/router.hpp"
#include "unit/gateway_api/scene.hpp"

namespace leadsman::gateway_api {
namespace {

using namespace test;
using testing::HasSubstr;

json set_to(const json& route, int weight, json matches = json::array(), json config = json::object()) {
  return set(with(with(params_for(route, std::move(config)), "weight", weight), "matches", std::move(matches)));
}

json route_at(int weight, json matches = json::array()) { return set_to(shop_route(), weight, std::move(matches))["write"][0]; }

std::string refused(const json& route, json matches = json::array(), json config = json::object()) {
  try {
    set_to(route, 10, std::move(matches), std::move(config));
  } catch (const sdk::refusal& r) {
    return r.what();
  }
  return "not refused";
}

TEST(Objects, AreTheRoute) {
  json params = params_for(nullptr);
  params.erase("objects");
  EXPECT_EQ(objects(params)["objects"],
            json::parse(R"([{"api_version": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "namespace": "shop", "name": "shop"}])"));
}

TEST(Set, SharesARuleBetweenBothAndSaysBothWeights) {
  const json rules = route_at(10)["spec"]["rules"];
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0]["backendRefs"], json::array({backend("shop", 90), backend("shop-canary", 10)}));
}

TEST(Set, ChangesNothingElseOfTheRoute) {
  json expected = shop_route();
  expected["spec"]["rules"][0]["backendRefs"] = json::array({backend("shop", 90), backend("shop-canary", 10)});
  EXPECT_EQ(route_at(10), expected);
}

TEST(Set, KeepsTheCanaryAtWeightZero) {
  EXPECT_EQ(set_to(route_at(10), 0)["write"][0]["spec"]["rules"][0]["backendRefs"], json::array({backend("shop", 100), backend("shop-canary", 0)}));
}

TEST(Set, WritesNothingThatIsThereAlready) { EXPECT_EQ(set_to(route_at(10), 10), json::parse(R"({"write": [], "delete": []})")); }

TEST(Set, GivesTheCanaryTheFiltersAndThePortOfTheStableBackend) {
  json route = shop_route();
  route["spec"]["rules"][0]["backendRefs"][0]["filters"] = json::array({{{"type", "URLRewrite"}}});
  json params = with(with(params_for(route), "weight", 10), "matches", json::array());
  params["target"]["canary"]["port"] = 8080;
  const json canary = set(params)["write"][0]["spec"]["rules"][0]["backendRefs"][1];
  EXPECT_EQ(canary["filters"][0]["type"], "URLRewrite");
  EXPECT_EQ(canary["port"], 8080);
}

TEST(Set, LeadsMatchesToTheCanaryByARuleOfTheirOwnBeforeTheOther) {
  const json rules = route_at(0, json::array({k_beta_header, k_beta_cookie}))["spec"]["rules"];
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0]["backendRefs"], json::array({backend("shop-canary", 100)}));
  EXPECT_EQ(rules[0]["filters"], shop_route()["spec"]["rules"][0]["filters"]);
  EXPECT_EQ(rules[0]["matches"], json::parse(R"([
    {"path": {"type": "PathPrefix", "value": "/"}, "headers": [{"type": "Exact", "name": "X-Beta", "value": "yes"}]},
    {"path": {"type": "PathPrefix", "value": "/"}, "headers": [{"type": "RegularExpression", "name": "Cookie", "value": "^(.*; *)?beta=a\\.b(;.*)?$"}]}])"));
  EXPECT_EQ(rules[1]["backendRefs"], json::array({backend("shop", 100), backend("shop-canary", 0)}));
}

TEST(Set, ReplacesTheMatchesOfBefore) {
  const json before = route_at(10, json::array({k_beta_header}));
  EXPECT_EQ(set_to(before, 10, json::array({k_beta_cookie}))["write"][0], route_at(10, json::array({k_beta_cookie})));
  EXPECT_EQ(set_to(before, 10)["write"][0], route_at(10));
}

json two_rules() {
  json route = shop_route();
  json api = route["spec"]["rules"][0];
  api["name"] = "api";
  route["spec"]["rules"].push_back(api);
  return route;
}

TEST(Set, ChangesTheRuleThatIsMeant) {
  for (const json& rule : {json(1), json("api")}) {
    const json rules = set_to(two_rules(), 10, json::array({k_beta_header}), {{"rule", rule}})["write"][0]["spec"]["rules"];
    ASSERT_EQ(rules.size(), 3U);
    EXPECT_EQ(rules[0], shop_route()["spec"]["rules"][0]);
    EXPECT_FALSE(rules[1].contains("name"));
    EXPECT_EQ(rules[2]["backendRefs"][1], backend("shop-canary", 10));
  }
}

TEST(Set, CountsRulesWithoutItsOwn) {
  const json once = set_to(two_rules(), 10, json::array({k_beta_header}), {{"rule", 1}})["write"][0];
  EXPECT_EQ(set_to(once, 20, json::array({k_beta_header}), {{"rule", 1}})["write"][0]["spec"]["rules"][2]["backendRefs"][1], backend("shop-canary", 20));
}

TEST(Set, ChangesAllRulesThatLeadToTheServiceWhenAsked) {
  json route = two_rules();
  route["spec"]["rules"].push_back({{"backendRefs", json::array({backend("other", 1)})}});
  const json rules = set_to(route, 10, json::array(), {{"rule", "all"}})["write"][0]["spec"]["rules"];
  EXPECT_EQ(rules[0]["backendRefs"][1], backend("shop-canary", 10));
  EXPECT_EQ(rules[1]["backendRefs"][1], backend("shop-canary", 10));
  EXPECT_EQ(rules[2], route["spec"]["rules"][2]);
}

TEST(Set, RefusesWhatItCannotDo) {
  json with_header = shop_route();
  with_header["spec"]["rules"][0]["matches"][0]["headers"] = json::array({{{"name", "x-beta"}, {"value", "no"}}});
  json full = shop_route();
  for (int i = 0; i < 15; ++i) full["spec"]["rules"].push_back({{"backendRefs", json::array({backend("other", 1)})}});
  EXPECT_EQ(refused(nullptr), "there is no HTTPRoute shop/shop");
  EXPECT_THAT(refused(two_rules()), HasSubstr("say which one with `rule`"));
  EXPECT_THAT(refused(with_header, json::array({k_beta_header})), HasSubstr("matches the header X-Beta itself"));
  EXPECT_THAT(refused(full, json::array({k_beta_header})), HasSubstr("16 rules"));
  EXPECT_THAT(refused(shop_route(), json::array({{{"query", "x"}}})), HasSubstr("either a header or a cookie"));
  EXPECT_THAT(refused(shop_route(), json::array(), {{"rules", 1}}), HasSubstr("was 'rule' meant?"));
}

}  // namespace
}  // namespace leadsman::gateway_api
