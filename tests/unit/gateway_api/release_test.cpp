#include <gtest/gtest.h>

#include "plugins/gateway-api/router.hpp"
#include "unit/gateway_api/scene.hpp"

namespace leadsman::gateway_api {
namespace {

using namespace test;

const json k_nothing = json::parse(R"({"write": [], "delete": []})");

json with_canary(const json& route) {
  return set(with(with(params_for(route), "weight", 25), "matches", json::array({k_beta_header})))["write"][0];
}

json released(const json& route, const json& original) { return release(with(params_for(route), "originals", json::array({original}))); }

TEST(Release, LeavesTheRouteAsItWas) { EXPECT_EQ(released(with_canary(shop_route()), shop_route())["write"], json::array({shop_route()})); }

TEST(Release, WritesNoWeightWhereNoneWas) {
  json original = shop_route();
  original["spec"]["rules"][0]["backendRefs"][0].erase("weight");
  EXPECT_EQ(released(with_canary(original), original)["write"], json::array({original}));
}

TEST(Release, RestoresTheWeightThatWas) {
  json original = shop_route();
  original["spec"]["rules"][0]["backendRefs"][0]["weight"] = 7;
  EXPECT_EQ(released(with_canary(original), original)["write"][0]["spec"]["rules"][0]["backendRefs"][0]["weight"], 7);
}

TEST(Release, KeepsWhatOthersChangedMeanwhile) {
  json live = with_canary(shop_route());
  live["metadata"]["labels"] = {{"team", "web"}};
  live["metadata"]["resourceVersion"] = "4712";
  live["spec"]["hostnames"] = json::array({"shop.example.com"});
  live["spec"]["rules"][1]["timeouts"] = {{"request", "5s"}};
  live["spec"]["rules"].push_back({{"backendRefs", json::array({backend("web", 3)})}});
  json expected = shop_route();
  for (const char* key : {"labels", "resourceVersion"}) expected["metadata"][key] = live["metadata"][key];
  expected["spec"]["hostnames"] = live["spec"]["hostnames"];
  expected["spec"]["rules"][0]["timeouts"] = {{"request", "5s"}};
  expected["spec"]["rules"].push_back(live["spec"]["rules"][2]);
  EXPECT_EQ(released(live, shop_route())["write"], json::array({expected}));
}

TEST(Release, FindsTheWeightOfARuleThatMoved) {
  json original = shop_route();
  original["spec"]["rules"][0]["backendRefs"][0]["weight"] = 7;
  json live = with_canary(original);
  live["spec"]["rules"].insert(live["spec"]["rules"].begin(), {{"backendRefs", json::array({backend("web", 3)})}});
  const json rules = released(live, original)["write"][0]["spec"]["rules"];
  EXPECT_EQ(rules[1]["backendRefs"], json::array({backend("shop", 7)}));
}

TEST(Release, NeedsNothingWhereNoCanaryIs) {
  EXPECT_EQ(released(shop_route(), shop_route()), k_nothing);
  EXPECT_EQ(released(nullptr, shop_route()), k_nothing);
}

TEST(Release, TakesTheCanaryOutWithoutAnOriginal) {
  const json rules = release(with(params_for(with_canary(shop_route())), "originals", json::array()))["write"][0]["spec"]["rules"];
  json alone = backend("shop", 1);
  alone.erase("weight");
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0]["backendRefs"], json::array({alone}));
}

}  // namespace
}  // namespace leadsman::gateway_api
