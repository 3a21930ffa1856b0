#include "analysis/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::analysis {
namespace {

using model::ready_made;

TEST(HealthTree, AsksInItsOrderWithItsNumbers) {
  struct {
    const char* name;
    ready_made use;
    std::optional<double> max;
    std::optional<double> min;
  } const tree[] = {
      {"health/error-rate", ready_made::http_error_rate, 0.05, {}},
      {"health/p99", ready_made::http_p99, 1.0, {}},
      {"health/infrastructure", ready_made::infrastructure, {}, 0.95},
      {"health/response-time", ready_made::http_mean, 2.0, {}},
      {"health/uptime", ready_made::uptime, {}, 0.999},
  };
  const auto checks = checks_of({});
  ASSERT_EQ(checks.size(), std::size(tree));
  for (size_t i = 0; i < checks.size(); ++i) {
    EXPECT_EQ(checks[i].name, tree[i].name);
    EXPECT_EQ(checks[i].use, tree[i].use);
    EXPECT_EQ(checks[i].max, tree[i].max) << tree[i].name;
    EXPECT_EQ(checks[i].min, tree[i].min) << tree[i].name;
    EXPECT_EQ(checks[i].measuring.failure_limit, 0) << "a yes rolls back at once";
  }
  EXPECT_EQ(checks[2].pods, (model::pod_bounds{0.80, 0.85, 0.90}));
}

TEST(HealthTree, IsAsTheUserWantsIt) {
  model::health_gate tree;
  tree.from = model::request_source::envoy;
  tree.p99 = 0.5;
  tree.infrastructure.reset();
  tree.uptime.reset();
  tree.advisory = true;
  tree.measuring.failure_limit = 2;
  const auto checks = checks_of(tree);
  ASSERT_EQ(checks.size(), 3u);
  EXPECT_EQ(checks[1].max, 0.5);
  for (const model::metric_gate& check : checks) {
    EXPECT_EQ(check.from, model::request_source::envoy);
    EXPECT_TRUE(check.advisory);
    EXPECT_EQ(check.measuring.failure_limit, 2);
  }
}

TEST(Metrics, OfGatesAreInTheirOrder) {
  model::metric_gate own;
  own.name = "own";
  model::health_gate tree;
  tree.infrastructure = tree.response_time = tree.uptime = std::nullopt;
  std::vector<std::string> names;
  for (const auto& metric : metrics_of({model::helm_test_gate{}, tree, own})) names.push_back(metric.name);
  EXPECT_THAT(names, testing::ElementsAre("health/error-rate", "health/p99", "own"));
}

}  // namespace
}  // namespace leadsman::analysis
