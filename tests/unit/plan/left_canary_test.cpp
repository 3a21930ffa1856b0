#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/rolling.hpp"

namespace leadsman::plan {
namespace {

using model::request_kind;
using model::step_kind;
using testing::ElementsAre;
using testing::HasSubstr;

// Revision 3 serves, verified as 2 was, and a canary has been left beside it.
observed with_canary(int weight = 25) {
  observed seen;
  seen.history = {{2, "superseded", "", ""}, {3, "deployed", "", ""}};
  seen.ledger.entries = {{.revision = 2}, {.revision = 3}};
  seen.healthy = true;
  seen.canary = model::canary_entry{};
  seen.canary->deployment = "d-1";
  seen.canary->weight = weight;
  seen.canary->chart = "shop-2.0.0";
  return seen;
}

model::canary kept_at(int weight) {
  model::canary canary;
  canary.steps.emplace_back().weight = weight;
  canary.at_end = model::canary_end::keep;
  return canary;
}

planned plan_for(request_kind kind, const observed& seen, const std::optional<model::canary>& canary = {}) {
  return make_plan(kind, {}, canary, std::nullopt, seen, wall_time{});
}

std::vector<step_kind> kinds_of(const planned& p) {
  std::vector<step_kind> kinds;
  for (const planned_step& s : p.plan.steps) kinds.push_back(s.kind);
  return kinds;
}

TEST(LeftCanaryPlan, TheNextDeploymentTakesItAwayFirstAndSaysSo) {
  const planned rolling = plan_for(request_kind::deploy, with_canary());
  EXPECT_THAT(kinds_of(rolling), ElementsAre(step_kind::preflight, step_kind::clear_canary, step_kind::upgrade, step_kind::test, step_kind::record));
  EXPECT_THAT(rolling.plan.warnings, ElementsAre("the canary shop-2.0.0 that deployment d-1 left has 25 % of the traffic: it is taken away first"));
  const planned canary = plan_for(request_kind::deploy, with_canary(0), kept_at(5));
  EXPECT_THAT(kinds_of(canary), ElementsAre(step_kind::preflight, step_kind::clear_canary, step_kind::start_canary, step_kind::shift));
  EXPECT_THAT(canary.plan.steps[1].title, HasSubstr("which has no traffic, goes first"));
}

TEST(LeftCanaryPlan, ARolloutThatKeepsBothSaysSo) {
  observed seen = with_canary();
  seen.canary.reset();
  const planned p = plan_for(request_kind::deploy, seen, kept_at(25));
  EXPECT_THAT(kinds_of(p), ElementsAre(step_kind::preflight, step_kind::start_canary, step_kind::shift));
  EXPECT_EQ(p.plan.on_failure, "at the end both are kept at 25 %, until somebody promotes or removes the canary; on failure: all traffic to stable, then the canary goes");
}

TEST(LeftCanaryPlan, IsPromotedWithoutBeingMadeAgain) {
  const planned p = plan_for(request_kind::promote, with_canary());
  EXPECT_THAT(kinds_of(p), ElementsAre(step_kind::preflight, step_kind::upgrade, step_kind::test, step_kind::home, step_kind::remove_canary, step_kind::record));
  EXPECT_EQ(p.plan.on_failure, "on failure: back to revision 3 (verified); the canary stays as it is");
}

TEST(LeftCanaryPlan, IsRemovedAndStableProved) {
  EXPECT_THAT(kinds_of(plan_for(request_kind::abort, with_canary())), ElementsAre(step_kind::clear_canary, step_kind::prove));
}

TEST(LeftCanaryPlan, IsNotRemovedWhileItAloneIsWell) {
  observed seen = with_canary(100);
  seen.healthy = false;
  seen.unhealthy_because = "Deployment shop: no pod is ready";
  const planned p = plan_for(request_kind::abort, seen);
  ASSERT_TRUE(p.refused);
  EXPECT_EQ(p.refused->message, "stable is not well (Deployment shop: no pod is ready), and the canary has 100 % of the traffic; leadsman rollback brings stable back and then takes the canary away");
}

TEST(LeftCanaryPlan, OneThatIsGoneIsNeitherPromotedNorRemoved) {
  observed seen = with_canary();
  seen.canary.reset();
  for (const auto kind : {request_kind::promote, request_kind::abort}) {
    const planned p = plan_for(kind, seen);
    ASSERT_TRUE(p.refused);
    EXPECT_EQ(p.refused->reason, "NoCanary");
  }
}

TEST(LeftCanaryPlan, ARollbackTakesItAwayFirstUnlessStableIsNotWell) {
  EXPECT_THAT(kinds_of(plan_for(request_kind::rollback, with_canary())), ElementsAre(step_kind::clear_canary, step_kind::rollback, step_kind::prove, step_kind::record));
  observed failed = with_canary();
  failed.history.push_back({4, "failed", "", ""});
  const planned last = plan_for(request_kind::rollback, failed);
  EXPECT_TRUE(last.plan.clears_last);
  EXPECT_THAT(kinds_of(last), ElementsAre(step_kind::rollback, step_kind::prove, step_kind::clear_canary, step_kind::record));
}

}  // namespace
}  // namespace leadsman::plan
