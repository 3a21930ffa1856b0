#include "action/output/progress.hpp"

#include <gtest/gtest.h>

#include "unit/action/story.hpp"

namespace leadsman::action {
namespace {

using model::step_kind;
using model::step_status;

TEST(Progress, FoldsAWholeDeployment) {
  story s;
  s.rolled_back();
  const progress& known = s.known;
  EXPECT_EQ(known.phase, model::phase::rolled_back);
  EXPECT_EQ(known.reason, "NotReady");
  ASSERT_EQ(known.steps.size(), 4u);
  EXPECT_EQ(known.steps[0].kind, step_kind::upgrade);
  EXPECT_EQ(known.steps[0].status, step_status::failed);
  EXPECT_EQ(known.steps[0].took, std::chrono::seconds(41));
  ASSERT_EQ(known.workloads.size(), 1u);
  EXPECT_EQ(known.workloads[0].ready, 1);
  ASSERT_TRUE(known.evidence);
  EXPECT_EQ(known.proofs.size(), 1u);
  EXPECT_TRUE(known.finished);
  EXPECT_EQ(known.last_seq, s.events.size());
}

TEST(Progress, KnowsWhichStepRuns) {
  story s;
  EXPECT_EQ(running_step(s.known), nullptr);
  s.begin(step_kind::acquire).finish(step_kind::acquire, 5).begin(step_kind::upgrade);
  ASSERT_NE(running_step(s.known), nullptr);
  EXPECT_EQ(running_step(s.known)->kind, step_kind::upgrade);
  s.end(model::phase::succeeded, "Deployed", model::rollback_outcome::none);
  EXPECT_EQ(running_step(s.known), nullptr);
}

TEST(Progress, AStepHeardOfOnlyAtItsEndBeganAsMuchEarlierAsItTook) {
  story s;
  s.finish(step_kind::test, 3'000);
  ASSERT_EQ(s.known.steps.size(), 1u);
  EXPECT_EQ(s.known.steps[0].began, s.events[0].at - std::chrono::seconds(3));
}

TEST(Progress, ForgetsTheHolderWhenItNoLongerWaits) {
  story s;
  s.add(model::event_kind::waiting, wire::holder{"0192", "agent", "acme/shop", "7", "", "upgrade", ""});
  EXPECT_TRUE(s.known.holder);
  s.phase(model::phase::deploying);
  EXPECT_FALSE(s.known.holder);
}

TEST(Progress, KeepsNewestLogLinesOnly) {
  story s;
  for (int i = 0; i < 30; ++i) s.log(std::vector<std::string>(100, "line"));
  EXPECT_LE(s.known.log_lines, progress::k_log_lines);
  EXPECT_TRUE(s.known.logs_cut);
}

TEST(Progress, DataOfANewerAgentIsAnOddityAndNothingElse) {
  story s;
  s.begin(step_kind::upgrade);
  apply(s.known, {2, {}, model::event_kind::step, "", R"({"step": "dance"})"});
  apply(s.known, {3, {}, model::event_kind::workload, "", "no json"});
  EXPECT_EQ(s.known.oddities.size(), 2u);
  EXPECT_EQ(s.known.steps.size(), 1u);
  EXPECT_EQ(s.known.last_seq, 3u);
}

}  // namespace
}  // namespace leadsman::action
