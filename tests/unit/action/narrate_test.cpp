#include "action/output/narrate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/output/closing.hpp"
#include "unit/action/story.hpp"

namespace leadsman::action {
namespace {

using model::step_kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> texts(const std::vector<spoken_line>& lines) {
  std::vector<std::string> out;
  for (const spoken_line& each : lines) out.push_back(plain_text(each.line));
  return out;
}

std::string joined(const std::vector<spoken_line>& lines) {
  std::string out;
  for (const std::string& each : texts(lines)) out += each + "\n";
  return out;
}

TEST(Narrate, TellsAStepWhenItEndsAndInPlainLinesAlsoWhenItBegins) {
  story s;
  const model::event begun = s.make(model::event_kind::step, wire::step_change{step_kind::upgrade, model::step_status::intended, 1, {}, "", "", 0});
  EXPECT_THAT(texts(narrate(s.known, begun, detail::everything)), ElementsAre("● helm upgrade --install"));
  EXPECT_TRUE(narrate(s.known, begun, detail::milestones).empty());
  apply(s.known, begun);
  const model::event done = s.make(model::event_kind::step, wire::step_change{step_kind::upgrade, model::step_status::done, 1, {}, "done", "", 41'000});
  EXPECT_THAT(texts(narrate(s.known, done, detail::milestones)), ElementsAre("✓ helm upgrade --install  41s"));
}

TEST(Narrate, ARepeatedStepSaysWhichAttemptItIs) {
  story s;
  const model::event done = s.make(model::event_kind::step, wire::step_change{step_kind::test, model::step_status::failed, 2, {}, "", "TestsFailed", 900});
  EXPECT_THAT(texts(narrate(s.known, done, detail::milestones)), ElementsAre("✗ helm test (attempt 2)  900ms  TestsFailed"));
}

TEST(Narrate, SaysAWorkloadOnlyWhenSomethingChanged) {
  story s;
  s.workload(1, 3, "progressing");
  const model::event same = s.make(model::event_kind::workload, s.known.workloads[0]);
  EXPECT_TRUE(narrate(s.known, same, detail::everything).empty());
  wire::workload_progress more = s.known.workloads[0];
  more.ready = 2;
  const model::event next = s.make(model::event_kind::workload, more);
  EXPECT_THAT(texts(narrate(s.known, next, detail::everything)), ElementsAre("  ● Deployment/web  2/3 ready"));
  EXPECT_TRUE(narrate(s.known, next, detail::milestones).empty()) << "the live block shows it";
}

TEST(Narrate, GivesNoFiguresWhileTheControllerHasNotSeenTheNewestSpec) {
  story s;
  s.workload(2, 2, "ready");
  wire::workload_progress unseen = s.known.workloads[0];
  unseen.desired = unseen.updated = unseen.ready = 0;
  unseen.state = "progressing";
  unseen.reason = wire::k_not_observed;
  unseen.message = "its controller has not seen the newest spec yet";
  const model::event event = s.make(model::event_kind::workload, unseen);
  EXPECT_THAT(texts(narrate(s.known, event, detail::everything)), ElementsAre("  ● Deployment/web  waiting for its controller"));
  apply(s.known, event);
  s.workload(1, 2, "progressing");
  EXPECT_THAT(plain_text(workload_line(s.known.workloads[0])), HasSubstr("1/2 ready"));
}

TEST(Narrate, SaysThePodsReasonOnce) {
  story s;
  s.workload(0, 1, "progressing");
  wire::workload_progress bad = s.known.workloads[0];
  bad.pods = {{"web-1", "Pending", 0, 1, 0, "ImagePullBackOff", "no such image"}};
  const model::event first = s.make(model::event_kind::workload, bad);
  EXPECT_THAT(texts(narrate(s.known, first, detail::everything)), ElementsAre("    pod web-1  Pending 0/1  ImagePullBackOff: no such image"));
  apply(s.known, first);
  EXPECT_TRUE(narrate(s.known, s.make(model::event_kind::workload, bad), detail::everything).empty());
}

TEST(Narrate, MarksWhatOthersWroteAsForeign) {
  story s;
  const auto lines = narrate(s.known, s.make(model::event_kind::log, wire::log_lines{"test", "smoke", "p", "curl", {"::error::boo"}, true}), detail::milestones);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(plain_text(lines[0].line), "  smoke/curl │ ::error::boo");
  EXPECT_TRUE(lines[0].foreign);
}

TEST(Narrate, SaysWhoHoldsTheRelease) {
  story s;
  const model::event waiting = s.make(model::event_kind::waiting, wire::holder{"0192", "agent-0", "acme/shop", "4711", "https://x/1", "upgrade", "2026-11-21T09:59:00Z"}, "the release is taken");
  EXPECT_THAT(texts(narrate(s.known, waiting, detail::milestones)),
              ElementsAre("◌ the release is taken", "  held by acme/shop run 4711, step upgrade since 2026-11-21T09:59:00Z  https://x/1"));
}

TEST(ClosingLines, AFailureIsToldAsAGoodColleagueWould) {
  story s;
  s.rolled_back();
  const std::string text = joined(closing_lines(s.known));
  EXPECT_THAT(text, HasSubstr("✗ web → production (namespace shop) was not deployed and is as before: NotReady"));
  EXPECT_THAT(text, HasSubstr("Why           container app of web exits with code 1: panic: no database"));
  EXPECT_THAT(text, HasSubstr("              web did not become ready within 5m"));
  EXPECT_THAT(text, HasSubstr("container app: waiting CrashLoopBackOff, exit code 1, 3 restarts: back-off 10s"));
  EXPECT_THAT(text, HasSubstr("│ panic: no database"));
  EXPECT_THAT(text, HasSubstr("event BackOff on Pod/web-1: Back-off restarting failed container (4 times)"));
  EXPECT_THAT(text, HasSubstr("What was done rolled back to the state of revision 4: succeeded, 1 of 1 checks passed"));
  EXPECT_THAT(text, HasSubstr("True now      revision 5 is in the cluster (before: revision 4)"));
  EXPECT_THAT(text, HasSubstr("Next          mend the database's address"));
}

TEST(EvidenceLines, SayALongMessageOnceAndLeaveOutWhatIsNormal) {
  const std::string pull = "failed to pull image web:2: no such host registry.example.com";
  const wire::evidence why{"", pull, {{"Deployment", "web", "ErrImagePull", pull,
      {{"web-1", "Pending", {"ErrImagePull: container app: " + pull, "PodScheduled=False"}, {{"app", "waiting", "ErrImagePull", pull, 0, {}, {}}}}},
      {{"Normal", "Pulling", "Pod web-1", "Pulling image web:2", 1}, {"Warning", "Failed", "Pod web-1", pull, 3}, {"Warning", "BackOff", "Pod web-1", "waiting before the next try", 2}}}}};
  EXPECT_THAT(texts(evidence_lines(why, 20, {})),
              ElementsAre("  helm: " + pull, "  Deployment/web: ErrImagePull", "    pod web-1: Pending", "      container app: waiting ErrImagePull",
                          "      PodScheduled=False", "    event BackOff on Pod web-1: waiting before the next try (2 times)"));
}

TEST(ClosingLines, AFailedWayBackIsTheLoudest) {
  story s;
  s.add(model::event_kind::proof, wire::proof{4, false, {{"image", "Deployment/web container app", "web:1", "web:2", false}}});
  s.end(model::phase::failed, "ProofFailed", model::rollback_outcome::failed);
  const std::string text = joined(closing_lines(s.known));
  EXPECT_THAT(text, HasSubstr("THE WAY BACK FAILED TOO"));
  EXPECT_THAT(text, HasSubstr("✗ image of Deployment/web container app: expected web:1, found web:2"));
  EXPECT_THAT(text, HasSubstr("rolled back to the state of revision 4: FAILED, 0 of 1 checks passed"));
}

TEST(ClosingLines, AreEmptyWhileItHasNotEnded) {
  story s;
  s.phase(model::phase::deploying);
  EXPECT_TRUE(closing_lines(s.known).empty());
}

TEST(ClosingLines, NoChangeIsASuccess) {
  story s;
  s.end(model::phase::succeeded, "NoChange", model::rollback_outcome::none);
  EXPECT_THAT(joined(closing_lines(s.known)), HasSubstr("✓ web → production (namespace shop) is up to date: nothing to change"));
}

TEST(StepTitles, AreThereForEveryStep) {
  for (const auto& [word, kind] : model::k_step_kind) EXPECT_NE(title_of(kind), "step") << word;
}

}  // namespace
}  // namespace leadsman::action
