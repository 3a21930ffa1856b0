#include "runner/advice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::runner {
namespace {

using model::phase;
using model::rollback_outcome;

std::string advice(phase ended, rollback_outcome rollback = rollback_outcome::none) {
  return advise({ended, "Reason", "message", rollback}, {"prod", "shop", "web"}, "d-1");
}

TEST(Advice, AFailedWayBackIsTheLoudest) {
  EXPECT_THAT(advice(phase::failed, rollback_outcome::failed), testing::StartsWith("the cluster is NOT as it was"));
}

TEST(Advice, AFailureThatChangedNothingIsMendedAndTriedAgain) { EXPECT_EQ(advice(phase::failed), "mend the cause and deploy again"); }

TEST(Advice, AfterARollbackTheReleaseIsAsItWas) {
  EXPECT_EQ(advice(phase::rolled_back, rollback_outcome::succeeded), "mend the cause and deploy again; the release is as it was");
}

TEST(Advice, WhatWasKeptCanBeRolledBackByHand) {
  EXPECT_EQ(advice(phase::kept), "go back with: leadsman rollback --release web --namespace shop");
}

TEST(Advice, WhatWasDeclinedChangedNothing) { EXPECT_EQ(advice(phase::declined), "nothing was changed"); }

TEST(Advice, ACanaryThatWasLeftIsDecidedAbout) {
  const auto with_canary = [](phase ended) { return advise({ended, "Reason", "message", rollback_outcome::none, true}, {"prod", "shop", "web"}, "d-1"); };
  for (const phase ended : {phase::succeeded, phase::canceled}) {
    EXPECT_EQ(with_canary(ended), "make the canary stable with: leadsman promote d-1; or remove the canary with: leadsman abort d-1 --reason TEXT");
  }
  EXPECT_EQ(with_canary(phase::rolled_back), "mend the cause and deploy again; the release is as it was; remove the canary with: leadsman abort d-1 --reason TEXT");
}

TEST(Advice, IsNotGivenWhereNothingIsLeftToDo) {
  for (const phase ended : {phase::succeeded, phase::canceled, phase::superseded}) EXPECT_EQ(advice(ended), "");
}

}  // namespace
}  // namespace leadsman::runner
