#include "analysis/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/analysis/scene.hpp"

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

wire::health_check check_of(const char* name, model::verdict v) {
  wire::health_check out;
  out.check = name;
  out.verdict = v;
  out.reason = std::string(name) + "Reason";
  return out;
}

TEST(Health, IsUnhealthyByTheFirstThatFailedAndOtherwiseUnknownByTheFirstWithoutANumber) {
  using enum model::verdict;
  struct {
    const char* name;
    std::vector<wire::health_check> checks;
    wire::health health;
    const char* reason;
  } const rows[] = {
      {"all good", {check_of("errors", passed), check_of("p99", passed)}, wire::health::healthy, ""},
      {"two failed", {check_of("errors", passed), check_of("p99", failed), check_of("uptime", failed)}, wire::health::unhealthy, "p99Reason"},
      {"failed after one without a number", {check_of("errors", inconclusive), check_of("p99", failed)}, wire::health::unhealthy, "p99Reason"},
      {"no number", {check_of("errors", passed), check_of("p99", inconclusive), check_of("uptime", error)}, wire::health::unknown, "p99Reason"},
      {"nobody answers", {check_of("errors", error)}, wire::health::unknown, "errorsReason"},
      {"nothing looked at", {}, wire::health::unknown, "NoChecks"},
  };
  for (const auto& row : rows) {
    const health_conclusion came = conclude_health(row.checks);
    EXPECT_EQ(model::word_of(wire::k_health, came.health), model::word_of(wire::k_health, row.health)) << row.name;
    EXPECT_EQ(came.reason, row.reason) << row.name;
  }
}

TEST(Health, OfACheckHasValueBoundAndSamples) {
  const model::metric_gate p99 = checks_of({}).at(1);
  measurement seen{k_noon, {.what = reading::value, .value = 1.5, .samples = 40}};
  const wire::health_check bad = judge_once(p99, seen, "the query");
  EXPECT_EQ(bad.check, "p99");
  EXPECT_EQ(bad.verdict, model::verdict::failed);
  EXPECT_EQ(bad.value, 1.5);
  EXPECT_EQ(bad.bound, 1.0);
  EXPECT_EQ(bad.samples, 40);
  EXPECT_EQ(bad.reason, "AboveMaximum");
  EXPECT_EQ(bad.query, "the query");
  seen.canary = nothing(reading::no_traffic);
  const wire::health_check open = judge_once(p99, seen, "");
  EXPECT_EQ(open.verdict, model::verdict::inconclusive);
  EXPECT_EQ(open.value, std::nullopt);
  EXPECT_EQ(open.reading, "no-traffic");
  seen.canary = nothing(reading::unreachable);
  EXPECT_EQ(judge_once(p99, seen, "").verdict, model::verdict::error);
}

}  // namespace
}  // namespace leadsman::analysis
