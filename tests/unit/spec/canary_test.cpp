#include <gmock/gmock.h>

#include "spec/spec.hpp"
#include "unit/spec/refusals.hpp"

namespace leadsman::spec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* k_file = R"(
releases:
  shop:
    chart: charts/shop
    namespace: shop
    strategy: canary
    canary:
      router: { gateway-api: { route: shop, service: shop } }
      values: "canary.{environment}.yaml"
      steps: [5, 50]
      in-effect: {probe: {url: "https://{environment}.shop.test/version", header: X-Version}}
)";

TEST(CanaryOfASpec, IsReadWithItsFilesOfValues) {
  const auto loaded = load_spec(k_file, "deploy/leadsman.yaml");
  ASSERT_TRUE(loaded) << loaded.error().field << ": " << loaded.error().message;
  const auto resolved = resolve(*loaded, "shop", "production");
  ASSERT_TRUE(resolved) << resolved.error().field << ": " << resolved.error().message;
  ASSERT_TRUE(resolved->canary);
  EXPECT_EQ(resolved->canary->router.plugin, "gateway-api");
  EXPECT_EQ(resolved->canary->router.service, "shop");
  EXPECT_EQ(resolved->canary->steps.size(), 2u);
  EXPECT_THAT(resolved->canary_values, ElementsAre("deploy/canary.production.yaml"));
  ASSERT_TRUE(resolved->canary->in_effect && resolved->canary->in_effect->probe);
  EXPECT_EQ(resolved->canary->in_effect->probe->url, "https://production.shop.test/version");
}

TEST(CanaryOfASpec, SaysInWhichLineItIsWrong) {
  const refusal cases[]{
      {"descending", "[5, 50]", "[50, 5]", "leadsman.yaml:10", "5 % comes after 50 %"},
      {"repeated", "[5, 50]", "[5, 5]", "leadsman.yaml:10", "5 % comes after 5 %"},
      {"over 100", "[5, 50]", "[5, 101]", "leadsman.yaml:10", "101"},
      {"unknown key", "steps:", "stepss:", "leadsman.yaml:10", "did you mean 'steps'"},
      {"two routers", "router: {", "router: { other: {},", "leadsman.yaml:8", "name one router"},
      {"no service", ", service: shop", "", "leadsman.yaml:8", "is required: the Service"},
      {"a pause without a unit", "[5, 50]", "[{weight: 5, pause: 5}]", "leadsman.yaml:10", "5 has no unit; write 5s or 5m"},
      {"times that go down", "[5, 50]", "[5, {weight: 10, after: 5m}, {weight: 50, after: 3m}]", "leadsman.yaml:10", "3m 0s comes after 5m 0s"},
      {"a time and a pause", "[5, 50]", "[5, {weight: 10, after: 5m, pause: 1m}]", "leadsman.yaml:10", "give one of them"},
      {"unknown gate", "[5, 50]", "[{weight: 5, gates: [helm-tset]}]", "leadsman.yaml:10", "helm-test"},
      {"metrics below canary", "steps: [5, 50]", "metrics: {prometheus: {}}", "leadsman.yaml:10", "stands beside canary"},
      {"values of a wrong kind", "\"canary.{environment}.yaml\"", "{a: 1}", "leadsman.yaml:9", "values"},
  };
  expect_refusals(k_file, cases);
}

TEST(CanaryOfASpec, ANameThatLeavesNoRoomForTheCanarysIsRefused) {
  std::string text = k_file;
  const std::string name(47, 'a');
  text.replace(text.find("shop:"), 4, name);
  const auto loaded = load_spec(text, "leadsman.yaml");
  ASSERT_TRUE(loaded) << loaded.error().message;
  const auto resolved = resolve(*loaded, name, "production");
  ASSERT_FALSE(resolved);
  EXPECT_THAT(resolved.error().message, HasSubstr("at most 46 are allowed"));
}

TEST(CanaryOfASpec, AWeightFromOutsideTakesThePlaceOfTheSteps) {
  const auto loaded = load_spec(k_file, "leadsman.yaml");
  ASSERT_TRUE(loaded);
  overrides inputs;
  inputs.canary_weight = 30;
  const auto resolved = resolve(*loaded, "shop", "production", inputs);
  ASSERT_TRUE(resolved) << resolved.error().message;
  ASSERT_EQ(resolved->canary->steps.size(), 1u);
  EXPECT_EQ(resolved->canary->steps[0].weight, 30);
  EXPECT_EQ(resolved->canary->steps[0].pause, std::nullopt);
  EXPECT_EQ(resolved->canary->steps[0].gates, loaded->releases.at("shop").canary->steps[1].gates);
}

TEST(CanaryOfASpec, AWeightIsNothingToARollingRelease) {
  const auto loaded = load_spec("releases: {shop: {chart: c, namespace: shop}}", "leadsman.yaml");
  ASSERT_TRUE(loaded);
  overrides inputs;
  inputs.canary_weight = 30;
  const auto resolved = resolve(*loaded, "shop", "", inputs);
  ASSERT_FALSE(resolved);
  EXPECT_EQ(resolved.error().field, "canary-weight");
  EXPECT_THAT(resolved.error().message, HasSubstr("is rolling"));
}

}  // namespace
}  // namespace leadsman::spec
