#include "plan/timeline.hpp"

#include <gtest/gtest.h>

namespace leadsman::plan {
namespace {

using model::step_kind;
using namespace std::chrono_literals;

const std::vector<planned_step> k_rolling{{step_kind::preflight, "lint"}, {step_kind::upgrade, "helm upgrade"}, {step_kind::test, "helm test"}};

past_deployment rolling_that_took(std::chrono::milliseconds preflight, std::chrono::milliseconds upgrade, std::chrono::milliseconds test) {
  return {{step_kind::preflight, preflight}, {step_kind::upgrade, upgrade}, {step_kind::test, test}};
}

model::canary_step at_weight(int weight, std::optional<std::chrono::milliseconds> pause, std::vector<model::gate> gates) {
  model::canary_step step;
  step.weight = weight;
  step.pause = pause;
  step.gates = std::move(gates);
  return step;
}

model::metric_gate measured_for(int count, std::chrono::milliseconds interval, std::chrono::milliseconds delay, int inconclusive) {
  model::metric_gate gate;
  gate.measuring.count = count;
  gate.measuring.interval = interval;
  gate.measuring.delay = delay;
  gate.measuring.inconclusive_limit = inconclusive;
  return gate;
}

timeline of_one_weight(model::canary_step step, const std::vector<past_deployment>& past = {}) {
  model::canary canary;
  const int weight = step.weight;
  canary.steps = {std::move(step)};
  return make_timeline({{step_kind::shift, "to the canary", weight}}, canary, {}, past);
}

TEST(Timeline, WithoutEarlierDeploymentsSaysThatItDoesNotKnow) {
  const timeline t = make_timeline(k_rolling, {}, {}, {});
  ASSERT_EQ(t.steps.size(), 3u);
  EXPECT_FALSE(t.steps[1].takes.most);
  EXPECT_FALSE(t.whole.most);
  EXPECT_EQ(t.whole.least, 0ms);
  EXPECT_EQ(t.deployments, 0);
}

TEST(Timeline, TakesTheMedianOfEarlierDeploymentsAndAddsUp) {
  const timeline t = make_timeline(k_rolling, {}, {}, {rolling_that_took(1s, 90s, 4s), rolling_that_took(3s, 20s, 6s), rolling_that_took(2s, 30s, 5s)});
  EXPECT_EQ(t.steps[0].takes, (expectation{2s, 2s, false, true}));
  EXPECT_EQ(t.steps[1].begins.most, 2s);
  EXPECT_EQ(t.steps[1].takes.most, 30s);
  EXPECT_EQ(t.steps[2].begins.most, 32s);
  EXPECT_EQ(t.whole, (expectation{37s, 37s, false, true}));
  EXPECT_EQ(t.deployments, 3);
}

TEST(Timeline, OfTwoTakesTheMiddleBetweenThem) {
  const timeline t = make_timeline({{step_kind::upgrade, ""}}, {}, {}, {{{step_kind::upgrade, 10s}}, {{step_kind::upgrade, 20s}}});
  EXPECT_EQ(t.whole.most, 15s);
}

TEST(Timeline, LooksAtTheNewestFiveOnly) {
  std::vector<past_deployment> past(5, {{step_kind::upgrade, 10s}});
  past.resize(50, {{step_kind::upgrade, 500s}});
  const timeline t = make_timeline({{step_kind::upgrade, ""}}, {}, {}, past);
  EXPECT_EQ(t.whole.most, 10s);
  EXPECT_EQ(t.deployments, 5);
}

TEST(Timeline, AStepThatNobodyHasMeasuredLeavesTheEndOpen) {
  const timeline t = make_timeline(k_rolling, {}, {}, {{{step_kind::preflight, 2s}, {step_kind::test, 4s}}});
  EXPECT_EQ(t.steps[2].begins, (expectation{2s, std::nullopt, false, true}));
  EXPECT_EQ(t.whole.least, 6s);
  EXPECT_FALSE(t.whole.most);
}

TEST(Timeline, APauseIsKnownAndMetricsAreWithinTheirLimits) {
  const past_deployment before{{step_kind::shift, 3s}, {step_kind::shift, 5s}, {step_kind::test_canary, 7s}};
  const timeline t = of_one_weight(at_weight(10, 2min, {model::helm_test_gate{}, measured_for(5, 30s, 1min, 3)}), {before});
  EXPECT_EQ(t.whole.least, 4s + 7s + 1min + 4 * 30s + 2min);
  EXPECT_EQ(t.whole.most, 4s + 7s + 1min + 7 * 30s + 2min);
}

TEST(Timeline, MetricsAreMeasuredAtTheSameTimeAndAdvisoryOnesAreNotWaitedFor) {
  model::metric_gate advisory = measured_for(100, 1h, 0ms, 0);
  advisory.advisory = true;
  model::health_gate tree;
  tree.measuring = measured_for(3, 10s, 5s, 0).measuring;
  const timeline t = of_one_weight(at_weight(10, 0ms, {measured_for(2, 10s, 5s, 1), tree, advisory}), {{{step_kind::shift, 0ms}}});
  EXPECT_EQ(t.whole.least, 25s);
  EXPECT_EQ(t.whole.most, 25s);
}

TEST(Timeline, WhatIsMeasuredAfterAnUpgradeTakesAsLongAsItsGates) {
  const timeline t = make_timeline({{step_kind::analyze, "measure"}}, {}, {measured_for(3, 10s, 5s, 1)}, {{{step_kind::analyze, 7min}}});
  EXPECT_EQ(t.whole, (expectation{25s, 35s}));
}

TEST(Timeline, TheDelayIsAWindowUnlessItIsGiven) {
  model::metric_gate gate = measured_for(1, 1s, 0ms, 0);
  gate.measuring.delay.reset();
  gate.measuring.window = 40s;
  EXPECT_EQ(of_one_weight(at_weight(10, 0ms, {gate}), {{{step_kind::shift, 0ms}}}).whole.most, 40s);
}

TEST(Timeline, AWeightByTimeComesWhenItIsDueOrOnceTheGatesBeforeItHavePassed) {
  model::canary canary;
  canary.steps = {at_weight(5, 0ms, {}), at_weight(10, 0ms, {measured_for(2, 10min, 0ms, 0)}), at_weight(100, 0ms, {})};
  canary.steps[1].after = 5min;
  canary.steps[2].after = 12min;
  canary.done_after = 20min;
  const std::vector<planned_step> steps{{step_kind::shift, "", 5}, {step_kind::shift, "", 10}, {step_kind::shift, "", 100}, {step_kind::upgrade, ""}};
  const timeline t = make_timeline(steps, canary, {}, {{{step_kind::shift, 2s}, {step_kind::upgrade, 9s}}});
  EXPECT_EQ(t.steps[1].begins.most, 2s + 5min);
  EXPECT_EQ(t.steps[2].begins.most, 2s + 5min + 2s + 10min);
  EXPECT_EQ(t.steps[3].begins.most, 2s + 20min);
  EXPECT_EQ(t.whole.most, 2s + 20min + 9s);
}

TEST(Timeline, APauseUntilPromotedHasNoEnd) {
  const timeline t = of_one_weight(at_weight(10, std::nullopt, {}), {{{step_kind::shift, 3s}}});
  EXPECT_TRUE(t.whole.by_hand);
  EXPECT_EQ(t.whole.least, 3s);
  EXPECT_FALSE(t.whole.most);
}

}  // namespace
}  // namespace leadsman::plan
