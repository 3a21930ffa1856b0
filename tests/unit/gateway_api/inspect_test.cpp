#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "plugins/gateway-api/router.hpp"
#include "unit/gateway_api/scene.hpp"

namespace leadsman::gateway_api {
namespace {

using namespace test;
using testing::HasSubstr;

json view_of(const json& route, json config = json::object()) { return inspect(params_for(route, std::move(config))); }

json route_with_weights(int stable, int canary) {
  json route = shop_route();
  route["spec"]["rules"][0]["backendRefs"] = json::array({backend("shop", stable), backend("shop-canary", canary)});
  return route;
}

json& conditions_of(json& route) { return route["status"]["parents"][0]["conditions"]; }

TEST(Inspect, FindsNoCanaryInARouteWithoutOne) {
  EXPECT_EQ(view_of(shop_route()), json::parse(R"({"weight": null, "matches": [], "accepted": "yes", "message": "", "problems": []})"));
}

struct shares {
  const char* name;
  int stable, canary, percent;
};

class InspectWeight : public testing::TestWithParam<shares> {};

TEST_P(InspectWeight, IsTheShareOfTheCanary) {
  EXPECT_EQ(view_of(route_with_weights(GetParam().stable, GetParam().canary))["weight"], GetParam().percent);
}

INSTANTIATE_TEST_SUITE_P(Weights, InspectWeight,
                         testing::Values(shares{"AsWeWriteIt", 90, 10, 10}, shares{"None", 100, 0, 0}, shares{"All", 0, 100, 100},
                                         shares{"OfSomebodyElse", 2, 1, 33}, shares{"TinyIsNotNone", 9999, 1, 1}, shares{"NearlyIsNotAll", 1, 9999, 99}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Inspect, TakesAMissingWeightForOne) {
  json route = route_with_weights(1, 1);
  for (json& each : route["spec"]["rules"][0]["backendRefs"]) each.erase("weight");
  EXPECT_EQ(view_of(route)["weight"], 50);
}

TEST(Inspect, ReadsBackTheMatchesThatWereSet) {
  const json matches = json::array({k_beta_header, k_beta_cookie});
  const json route = set(with(with(params_for(shop_route()), "weight", 0), "matches", matches))["write"][0];
  EXPECT_EQ(view_of(route)["matches"], matches);
  EXPECT_EQ(view_of(route)["weight"], 0);
}

TEST(Inspect, ToldOfANewChangeWaitsForTheGateway) {
  json route = shop_route();
  route["metadata"]["generation"] = 4;
  EXPECT_EQ(view_of(route)["accepted"], "pending");
  EXPECT_THAT(view_of(route)["message"].get<std::string>(), HasSubstr("Gateway edge has not looked at"));
}

TEST(Inspect, DoesNotWaitForAGatewayThatNeverSaysOfWhichChangeItSpeaks) {
  json route = shop_route();
  for (json& each : conditions_of(route)) each.erase("observedGeneration");
  EXPECT_EQ(view_of(route)["accepted"], "unknown");
}

TEST(Inspect, SaysWhyAGatewayDoesNotTakeTheRoute) {
  json route = shop_route();
  conditions_of(route)[1] = {{"type", "ResolvedRefs"}, {"status", "False"}, {"observedGeneration", 3}, {"reason", "BackendNotFound"}, {"message", "no Service shop-canary"}};
  const json view = view_of(route);
  EXPECT_EQ(view["accepted"], "no");
  EXPECT_EQ(view["message"], "Gateway edge: not ResolvedRefs (BackendNotFound): no Service shop-canary");
}

TEST(Inspect, WantsTheWordOfEveryParent) {
  json route = shop_route();
  route["spec"]["parentRefs"].push_back({{"name", "inner"}});
  EXPECT_EQ(view_of(route)["accepted"], "unknown");
  EXPECT_THAT(view_of(route)["message"].get<std::string>(), HasSubstr("Gateway inner has not answered"));
  json answered = route["status"]["parents"][0];
  answered["parentRef"]["name"] = "inner";
  route["status"]["parents"].push_back(answered);
  EXPECT_EQ(view_of(route)["accepted"], "yes");
}

TEST(Inspect, TakesListenersOfOneGatewayForParentsOfTheirOwn) {
  json route = shop_route();
  route["spec"]["parentRefs"][0]["sectionName"] = "https";
  EXPECT_EQ(view_of(route)["accepted"], "unknown");
  route["status"]["parents"][0]["parentRef"]["sectionName"] = "https";
  EXPECT_EQ(view_of(route)["accepted"], "yes");
}

TEST(Inspect, SaysThatNotEveryGatewayMatchesCookies) {
  json route = set(with(with(params_for(shop_route()), "weight", 0), "matches", json::array({k_beta_cookie})))["write"][0];
  route["metadata"]["generation"] = 4;
  EXPECT_THAT(view_of(route)["message"].get<std::string>(), HasSubstr("not every gateway can do"));
}

struct obstacle {
  const char* name;
  json route;
  json config;
  const char* problem;
};

json changed(const std::function<void(json&)>& change) {
  json route = shop_route();
  change(route);
  return route;
}

class InspectProblem : public testing::TestWithParam<obstacle> {};

TEST_P(InspectProblem, IsSaidBeforeAnythingIsTouched) {
  const json problems = view_of(GetParam().route, GetParam().config)["problems"];
  ASSERT_EQ(problems.size(), 1U) << problems;
  EXPECT_THAT(problems[0].get<std::string>(), HasSubstr(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    Routes, InspectProblem,
    testing::Values(
        obstacle{"NoRoute", nullptr, json::object(), "there is no HTTPRoute shop/shop"},
        obstacle{"LeadsElsewhere", changed([](json& r) { r["spec"]["rules"][0]["backendRefs"][0]["name"] = "web"; }), json::object(),
                 "no rule of HTTPRoute shop/shop leads to the Service shop; its rules lead to web"},
        obstacle{"AnotherNamespace", changed([](json& r) { r["spec"]["rules"][0]["backendRefs"][0]["namespace"] = "web"; }), json::object(), "no rule of"},
        obstacle{"AnotherPort", shop_route(), {{"port", 81}}, "leads to the Service shop at port 81"},
        obstacle{"SeveralRules", changed([](json& r) { r["spec"]["rules"].push_back(r["spec"]["rules"][0]); }), json::object(), "rule 0, rule 1; say which one"},
        obstacle{"NoSuchRule", shop_route(), {{"rule", 1}}, "has no rule 1"},
        obstacle{"NoRuleOfThatName", shop_route(), {{"rule", "api"}}, "has no rule named api"},
        obstacle{"TheRuleLeadsElsewhere", changed([](json& r) { r["spec"]["rules"].push_back({{"backendRefs", json::array({backend("web", 1)})}}); }), {{"rule", 1}}, "rule 1 of HTTPRoute shop/shop does not lead to the Service shop"},
        obstacle{"AThirdBackend", changed([](json& r) { r["spec"]["rules"][0]["backendRefs"].push_back(backend("web", 1)); }), json::object(), "leads to web as well"},
        obstacle{"NoGateway", changed([](json& r) { r["spec"].erase("parentRefs"); }), json::object(), "belongs to no Gateway"},
        obstacle{"NoWeightAtAll", route_with_weights(0, 0), json::object(), "all weights of a rule"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Inspect, SaysThatRulesDiffer) {
  json route = route_with_weights(90, 10);
  route["spec"]["rules"].push_back(route_with_weights(80, 20)["spec"]["rules"][0]);
  const json view = view_of(route, {{"rule", "all"}});
  EXPECT_EQ(view["weight"], 20);
  EXPECT_THAT(view["problems"][0].get<std::string>(), HasSubstr("different weights"));
}

}  // namespace
}  // namespace leadsman::gateway_api
