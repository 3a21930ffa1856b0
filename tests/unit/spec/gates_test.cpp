#include <gmock/gmock.h>

#include "spec/spec.hpp"

namespace leadsman::spec {
namespace {

using testing::HasSubstr;

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

struct gate_case {
  const char* name;
  const char* instead_of;
  const char* written;
  const char* field;
  const char* message;
};

TEST(GatesOfARollingRelease, SayInWhichLineTheyAreWrong) {
  const gate_case cases[]{
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
  for (const gate_case& c : cases) {
    std::string text = k_rolling_file;
    text.replace(text.find(c.instead_of), std::string_view(c.instead_of).size(), c.written);
    const auto loaded = load_spec(text, "leadsman.yaml");
    ASSERT_FALSE(loaded) << c.name;
    EXPECT_THAT(loaded.error().field, HasSubstr(c.field)) << c.name << ": " << loaded.error().message;
    EXPECT_THAT(loaded.error().message, HasSubstr(c.message)) << c.name;
  }
}

}  // namespace
}  // namespace leadsman::spec
