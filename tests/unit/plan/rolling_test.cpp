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
  return make_plan(request_kind::deploy, policy, std::nullopt, seen, wall_time{});
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
  const auto back = [&](std::optional<int> asked) { return make_plan(request_kind::rollback, {}, asked, seen, {}); };
  EXPECT_EQ(back(std::nullopt).plan.way_back->revision, 1);
  EXPECT_EQ(back(2).plan.way_back->revision, 2);
  EXPECT_EQ(back(2).plan.warnings.at(0), "revision 2 was never verified by Leadsman");
  EXPECT_EQ(back(9).refused->why, refusal::kind::missing);
}

}  // namespace
}  // namespace leadsman::plan
