#include "plan/rolling.hpp"

#include <gtest/gtest.h>

namespace leadsman::plan {
namespace {

using model::ledger_entry;
using model::request_kind;
using model::standing;

observed release_with(std::vector<observed_revision> history) {
  observed seen;
  seen.history = std::move(history);
  seen.healthy = true;
  return seen;
}

ledger_entry entry(int revision, standing how = standing::verified) { return {.revision = revision, .standing = how}; }

planned deploy(const observed& seen, const model::policy& policy = {}) {
  return make_plan(request_kind::deploy, policy, std::nullopt, std::nullopt, seen, wall_time{});
}

TEST(RollingPlan, AFirstInstallationHasNoWayBackAndSaysWhatAFailureMeans) {
  const planned p = deploy({});
  EXPECT_FALSE(p.refused);
  EXPECT_TRUE(p.plan.first_installation);
  EXPECT_EQ(p.plan.base_revision, 0);
  EXPECT_EQ(p.plan.on_failure, "a failed first installation is removed");
}

TEST(RollingPlan, AFailedFirstInstallationIsStillTheFirst) {
  const planned p = deploy(release_with({{1, "failed", "", ""}}));
  EXPECT_TRUE(p.plan.first_installation);
  EXPECT_EQ(p.plan.base_revision, 1);
}

TEST(RollingPlan, GoesBackToTheLastVerifiedRevisionNotToTheLastDeployedOne) {
  observed seen = release_with({{1, "superseded", "", ""}, {2, "superseded", "", ""}, {3, "deployed", "", ""}});
  seen.ledger.entries = {entry(1), entry(2)};
  EXPECT_EQ(deploy(seen).plan.way_back->revision, 2);
}

TEST(RollingPlan, PassesOverVerifiedRevisionsThatHelmHasPruned) {
  observed seen = release_with({{4, "superseded", "", ""}, {5, "deployed", "", ""}});
  seen.ledger.entries = {entry(3), entry(4)};
  EXPECT_EQ(deploy(seen).plan.way_back->revision, 4);
  seen.ledger.entries = {entry(3)};
  EXPECT_FALSE(deploy(seen).plan.way_back);
}

TEST(RollingPlan, AdoptsAHealthyReleaseThatItMeetsForTheFirstTime) {
  const planned p = deploy(release_with({{6, "deployed", "", "shop-1.0.0"}}));
  ASSERT_TRUE(p.plan.adopt);
  EXPECT_EQ(p.plan.adopt->standing, standing::adopted);
  EXPECT_EQ(p.plan.adopt->chart, "shop-1.0.0");
  EXPECT_EQ(p.plan.way_back->revision, 6);
  EXPECT_EQ(p.plan.on_failure, "on failure: back to revision 6 (adopted, never tested by Leadsman)");
}

TEST(RollingPlan, SaysBeforeItStartsThatThereIsNothingToGoBackTo) {
  observed seen = release_with({{6, "deployed", "", ""}});
  seen.healthy = false;
  seen.unhealthy_because = "Deployment web: 0 of 1 pods are ready";
  const planned warned = deploy(seen);
  EXPECT_FALSE(warned.refused);
  ASSERT_FALSE(warned.plan.warnings.empty());
  EXPECT_NE(warned.plan.warnings[0].find("nothing to go back to"), std::string::npos);
  EXPECT_NE(warned.plan.warnings[0].find("0 of 1 pods"), std::string::npos);
  model::policy careful;
  careful.without_way_back = model::without_way_back::refuse;
  EXPECT_EQ(deploy(seen, careful).refused->why, refusal::kind::no_way_back);
}

TEST(RollingPlan, APendingRevisionIsOnlyRecoveredWhenItsMakerIsKnownDeadOrTheUserSaysSo) {
  observed seen = release_with({{1, "deployed", "", ""}, {2, "pending-upgrade", "", ""}});
  EXPECT_EQ(deploy(seen).refused->why, refusal::kind::stuck);
  model::policy recover;
  recover.stuck_release = model::stuck_release::recover;
  EXPECT_EQ(deploy(seen, recover).plan.unlock, 2);
  seen.pending_is_dead = true;
  EXPECT_EQ(deploy(seen).plan.unlock, 2);
}

TEST(RollingPlan, NothingToChangeIsSaidSo) {
  observed seen = release_with({{3, "deployed", "", ""}});
  seen.ledger.entries = {entry(3)};
  seen.unchanged = true;
  EXPECT_EQ(deploy(seen).refused->reason, "NoChange");
}

TEST(RollingPlan, ARollbackByHandTakesTheNamedRevisionOrTheLastVerifiedBeforeTheDeployedOne) {
  observed seen = release_with({{1, "superseded", "", ""}, {2, "superseded", "", ""}, {3, "deployed", "", ""}});
  seen.ledger.entries = {entry(1), entry(3)};
  const auto back = [&](std::optional<int> asked) { return make_plan(request_kind::rollback, {}, std::nullopt, asked, seen, {}); };
  EXPECT_EQ(back(std::nullopt).plan.way_back->revision, 1);
  EXPECT_EQ(back(2).plan.way_back->revision, 2);
  EXPECT_EQ(back(2).plan.warnings.at(0), "revision 2 was never verified by Leadsman");
  EXPECT_EQ(back(9).refused->why, refusal::kind::missing);
}

TEST(RollingPlan, ARollbackByHandNeedsAReleaseAndSomewhereToGo) {
  const auto back = [](const observed& seen) { return make_plan(request_kind::rollback, {}, std::nullopt, std::nullopt, seen, {}); };
  EXPECT_EQ(back({}).refused->message, "there is no such release");
  observed seen = release_with({{1, "superseded", "", ""}, {2, "deployed", "", ""}});
  EXPECT_EQ(back(seen).refused->message, "there is no earlier verified revision; say which revision to return to");
  seen.ledger.entries = {entry(2)};
  EXPECT_TRUE(back(seen).refused) << "what serves now is no way back";
  seen.history.push_back({3, "pending-rollback", "", ""});
  EXPECT_EQ(back(seen).refused->why, refusal::kind::stuck);
}

TEST(RollingPlan, ARollbackByHandKeepsTheStandingOfWhereItGoes) {
  observed seen = release_with({{1, "superseded", "", ""}, {2, "deployed", "", ""}});
  seen.ledger.entries = {entry(1, standing::adopted)};
  const planned p = make_plan(request_kind::rollback, {}, std::nullopt, 1, seen, {});
  EXPECT_EQ(p.plan.way_back->standing, standing::adopted);
  EXPECT_TRUE(p.plan.warnings.empty());
  ASSERT_EQ(p.plan.steps.size(), 3u);
  EXPECT_EQ(p.plan.steps[0].title, "helm rollback to revision 1 (adopted, never tested by Leadsman)");
}

TEST(RollingPlan, WhatWasUninstalledIsNoWayBackThoughItsHistoryWasKept) {
  EXPECT_TRUE(deploy(release_with({{2, "uninstalled", "", ""}})).plan.first_installation);
  observed seen = release_with({{1, "superseded", "", ""}, {2, "uninstalled", "", ""}});
  seen.ledger.entries = {entry(1), entry(2)};
  const planned p = deploy(seen);
  EXPECT_TRUE(p.plan.first_installation);
  EXPECT_FALSE(p.plan.way_back);
  EXPECT_EQ(p.plan.base_revision, 2);
  seen.history.push_back({3, "deployed", "", ""});
  EXPECT_FALSE(deploy(seen).plan.first_installation);
  EXPECT_FALSE(deploy(seen).plan.way_back) << "1 and 2 are of the life before";
}

TEST(RollingPlan, DriftIsAWarningOfItsOwn) {
  observed seen = release_with({{3, "deployed", "", ""}});
  seen.ledger.entries = {entry(3)};
  seen.drift = "Deployment web differs at .spec.replicas";
  const planned p = deploy(seen);
  EXPECT_FALSE(p.refused);
  EXPECT_EQ(p.plan.warnings.at(0), "chart and values are unchanged, but Deployment web differs at .spec.replicas");
}

TEST(RollingPlan, DoesNotAdoptWhatStandsBesideALedger) {
  observed seen = release_with({{3, "superseded", "", ""}, {4, "deployed", "", ""}});
  seen.ledger.entries = {entry(3)};
  EXPECT_FALSE(deploy(seen).plan.adopt);
  EXPECT_EQ(deploy(seen).plan.way_back->revision, 3);
}

TEST(RollingPlan, SaysWhereAFailureLeads) {
  observed seen = release_with({{3, "deployed", "", ""}});
  seen.ledger.entries = {entry(3)};
  model::policy policy;
  EXPECT_EQ(deploy(seen, policy).plan.on_failure, "on failure: back to revision 3 (verified)");
  policy.on_failure = model::on_failure::keep;
  EXPECT_EQ(deploy(seen, policy).plan.on_failure, "on failure everything is kept as it is");
  policy.on_first_failure = model::on_first_failure::keep;
  EXPECT_EQ(deploy({}, policy).plan.on_failure, "a failed first installation is kept");
}

TEST(RollingPlan, HasATestStepUnlessTestsAreSkipped) {
  const auto kinds = [](const planned& p) {
    std::vector<model::step_kind> found;
    for (const planned_step& s : p.plan.steps) found.push_back(s.kind);
    return found;
  };
  using model::step_kind;
  model::policy policy;
  EXPECT_EQ(kinds(deploy({}, policy)), (std::vector{step_kind::preflight, step_kind::upgrade, step_kind::test, step_kind::record}));
  policy.tests = model::tests::skip;
  EXPECT_EQ(kinds(deploy({}, policy)), (std::vector{step_kind::preflight, step_kind::upgrade, step_kind::record}));
}

model::metric_gate metric_named(const char* name, model::against against = model::against::nothing) {
  model::metric_gate gate;
  gate.name = name;
  gate.against = against;
  if (against == model::against::nothing) gate.max = 1;
  return gate;
}

std::string title_of_analysis(const planned& p) {
  for (const planned_step& step : p.plan.steps) {
    if (step.kind == model::step_kind::analyze) return step.title;
  }
  return "";
}

TEST(RollingPlan, MeasuresAfterTheTestsWhatTheGatesSay) {
  const std::vector<model::gate> gates{model::health_gate{}, metric_named("http-p99", model::against::before)};
  const planned p = make_plan(request_kind::deploy, {}, std::nullopt, std::nullopt, release_with({{6, "deployed", "", "shop-1.0.0"}}), {}, gates);
  ASSERT_EQ(p.plan.steps.size(), 5u);
  EXPECT_EQ(p.plan.steps[3].kind, model::step_kind::analyze);
  EXPECT_EQ(title_of_analysis(p), "measure health, http-p99");
  EXPECT_TRUE(p.plan.warnings.empty());
}

TEST(RollingPlan, OfAFirstInstallationLeavesOutWhatOnlyCompares) {
  model::metric_gate both = metric_named("errors", model::against::before);
  both.max = 0.01;
  const std::vector<model::gate> gates{metric_named("http-p99", model::against::before), both};
  const planned p = make_plan(request_kind::deploy, {}, std::nullopt, std::nullopt, {}, {}, gates);
  EXPECT_EQ(title_of_analysis(p), "measure errors");
  ASSERT_EQ(p.plan.warnings.size(), 1u);
  EXPECT_EQ(p.plan.warnings[0], "a first installation has no before: the gate http-p99, which only compares, is left out");
  const auto alone = model::without_before(gates);
  EXPECT_EQ(std::get<model::metric_gate>(alone.gates.at(0)).against, model::against::nothing);
}

TEST(CanaryPlan, SaysWhenEachWeightComes) {
  using std::chrono::minutes;
  model::canary canary;
  canary.steps.resize(3);
  canary.steps[0].matches.push_back({model::traffic_match::by::header, "X-User", "ann"});
  canary.steps[1].weight = 5;
  canary.steps[2].weight = 100;
  canary.steps[1].pause = canary.steps[2].pause = minutes(0);
  canary.steps[2].after = minutes(15);
  canary.done_after = minutes(20);
  observed seen = release_with({{3, "deployed", "", ""}});
  seen.ledger.entries = {entry(3)};
  const planned p = make_plan(request_kind::deploy, {}, canary, std::nullopt, seen, wall_time{});
  std::vector<std::string> titles;
  for (const planned_step& s : p.plan.steps) titles.push_back(s.title);
  ASSERT_GE(titles.size(), 6u);
  EXPECT_EQ(titles[2], "0 % and 1 match(es) to the canary, then until it is promoted");
  EXPECT_EQ(titles[3], "5 % to the canary at once");
  EXPECT_EQ(titles[4], "100 % to the canary 15m 0s after the first weight");
  EXPECT_EQ(titles[5], "helm upgrade --install of stable, while the canary serves, 20m 0s after the first weight");
}

}  // namespace
}  // namespace leadsman::plan
