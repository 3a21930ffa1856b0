#include <gmock/gmock.h>

#include "spec/spec.hpp"
#include "unit/spec/refusals.hpp"

namespace leadsman::spec {
namespace {

constexpr const char* k_rolling_file = R"(
releases:
  shop:
    chart: charts/shop
    namespace: shop
    metrics: {prometheus: {address: "http://prometheus"}}
    service: shop-web
    gates:
      - health
      - metric: {use: http-p99, against: before, tolerance: 10%}
)";

TEST(GatesOfARollingRelease, AreReadWithTheirSource) {
  const auto loaded = load_spec(k_rolling_file, "leadsman.yaml");
  ASSERT_TRUE(loaded) << loaded.error().field << ": " << loaded.error().message;
  const auto resolved = resolve(*loaded, "shop", "");
  ASSERT_TRUE(resolved);
  EXPECT_FALSE(resolved->canary);
  EXPECT_EQ(resolved->measured.service, "shop-web");
  EXPECT_EQ(resolved->measured.metrics->plugin, "prometheus");
  ASSERT_EQ(resolved->measured.gates.size(), 2u);
  EXPECT_EQ(std::get<model::metric_gate>(resolved->measured.gates[1]).against, model::against::before);
}

TEST(GatesOfARollingRelease, SayInWhichLineTheyAreWrong) {
  const refusal cases[]{
      {"unknown gate", "- health", "- helth", "leadsman.yaml:9", "did you mean 'health'?"},
      {"helm-test", "- health", "- helm-test", "leadsman.yaml:9", "`tests` says whether"},
      {"nobody beside it", "before", "stable", "leadsman.yaml:10", "`against: before`"},
      {"tolerance of nothing", "against: before", "max: 1s", "leadsman.yaml:10", "says how the number is compared"},
      {"a time as a share", "against: before, tolerance: 10%", "max: 10%", "leadsman.yaml:10", "max"},
      {"a bare number for a time", "against: before, tolerance: 10%", "max: 250", "leadsman.yaml:10", "max"},
      {"no source", "metrics: {prometheus: {address: \"http://prometheus\"}}", "", "leadsman.yaml", "say where"},
      {"no name of a Service", "shop-web", "Shop_web", "leadsman.yaml:7", "no name of a Service"},
      {"of a canary", "namespace: shop", "strategy: canary", "leadsman.yaml:8", "stand below canary"},
  };
  expect_refusals(k_rolling_file, cases);
}

}  // namespace
}  // namespace leadsman::spec
