#include "unit/runner/rollouts_scene.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using model::admission;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

using Rollouts = rollouts_scene;

TEST_F(Rollouts, CarryADeploymentToItsEnd) {
  const auto admitted = submit(back_to(3));
  ASSERT_TRUE(admitted) << admitted.error().message;
  EXPECT_EQ(admitted->outcome, admission::create);
  EXPECT_EQ(admitted->deployment.attempt, 1);
  const auto events = follow(admitted->deployment.id);
  EXPECT_EQ(events.front().kind, model::event_kind::created);
  EXPECT_EQ(events.front().message, "roll back prod/shop/web to revision 3");
  EXPECT_EQ(events.back().kind, model::event_kind::finished);
  for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].seq, i + 1);
  const model::deployment d = find(admitted->deployment.id);
  EXPECT_EQ(d.state.reason, "Forbidden");
  EXPECT_THAT(d.state.message, HasSubstr("the namespace 'shop' does not exist"));
  EXPECT_EQ(d.last_seq, events.back().seq);
  EXPECT_TRUE(d.finished_at);
}

TEST_F(Rollouts, AttachARetryOfTheSameAttemptToWhatHappened) {
  const std::string first = submitted(back_to(3));
  const auto events = follow(first);
  const auto again = submit(back_to(3));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->outcome, admission::attach);
  EXPECT_EQ(again->deployment.id, first);
  EXPECT_EQ(follow(first), events) << "nothing is added after the end";
}

TEST_F(Rollouts, BeginANewAttemptForALaterRunAttempt) {
  const std::string first = submitted(back_to(3));
  follow(first);
  const auto later = submit(back_to(3, 2));
  ASSERT_TRUE(later) << later.error().message;
  EXPECT_EQ(later->outcome, admission::create);
  EXPECT_NE(later->deployment.id, first);
  EXPECT_EQ(later->deployment.attempt, 2);
}

TEST_F(Rollouts, RefuseAnotherWishOfTheSameStep) {
  const std::string first = submitted(back_to(3));
  follow(first);
  const auto other = submit(back_to(4));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, errc::conflict);
  EXPECT_THAT(other.error().message, AllOf(HasSubstr("prod/shop/web"), HasSubstr(first), HasSubstr("an id of its own")));
}

TEST_F(Rollouts, NeverMixTheWishesOfTwoPrincipals) {
  const std::string first = submitted(back_to(3));
  const auto other = submit(back_to(4), "key:other");
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_EQ(other->outcome, admission::create);
  EXPECT_NE(other->deployment.id, first);
}

TEST_F(Rollouts, TakeARequestWithoutARunOrAKeyForANewOneAlways) {
  EXPECT_EQ(submit(by_hand(), "local").value().outcome, admission::create);
  EXPECT_EQ(submit(by_hand(), "local").value().outcome, admission::create);
}

TEST_F(Rollouts, AttachByTheCallersOwnKey) {
  EXPECT_EQ(submit(by_hand(), "local", "k").value().outcome, admission::create);
  EXPECT_EQ(submit(by_hand(), "local", "k").value().outcome, admission::attach);
  EXPECT_EQ(submit(by_hand(), "local", "other").value().outcome, admission::create);
}

TEST_F(Rollouts, TellWhoeverFollowsThatSomebodyAttached) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  EXPECT_EQ(submit(back_to(3, 2)).value().outcome, admission::attach) << "it still runs";
  wait_for(id, model::event_kind::attached);
}

TEST_F(Rollouts, RefuseAClusterThatIsNotKnown) {
  model::deployment_request r = back_to(3);
  r.release.cluster = "elsewhere";
  const auto refused = submit(r);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::not_found);
  EXPECT_EQ(refused.error().field, "release.cluster");
  EXPECT_THAT(run_on(io_, agent_->list({})).value(), IsEmpty());
}

TEST_F(Rollouts, StopWaitingWhenTheyAreCanceled) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  EXPECT_EQ(find(id).state.phase, model::phase::waiting);
  const auto canceled = run_on(io_, agent_->cancel(id, model::on_cancel::rollback, "mona", "a mistake"));
  ASSERT_TRUE(canceled) << canceled.error().message;
  EXPECT_EQ(canceled->cancel, (model::cancel_request{model::on_cancel::rollback, "mona", "a mistake"}));
  follow(id);
  EXPECT_EQ(find(id).state.reason, "CanceledByUser");
}

TEST_F(Rollouts, WithdrawACancelRequestThatIsFollowedByContinue) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  ASSERT_TRUE(run_on(io_, agent_->cancel(id, model::on_cancel::pause, "mona", "")));
  EXPECT_TRUE(find(id).cancel);
  const auto withdrawn = run_on(io_, agent_->cancel(id, model::on_cancel::proceed, "mona", ""));
  ASSERT_TRUE(withdrawn);
  EXPECT_FALSE(withdrawn->cancel);
  EXPECT_FALSE(find(id).cancel);
}

TEST_F(Rollouts, CancelNothingThatIsNotThereOrHasEnded) {
  const auto unknown = run_on(io_, agent_->cancel("nobody", std::nullopt, "mona", ""));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, errc::not_found);
  const std::string id = submitted(back_to(3));
  follow(id);
  const auto late = run_on(io_, agent_->cancel(id, std::nullopt, "mona", ""));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, errc::conflict);
  EXPECT_THAT(late.error().message, AllOf(HasSubstr("has ended already"), HasSubstr("Forbidden")));
}

TEST_F(Rollouts, DeclineWhenTheReleaseIsHeldAndNobodyWantsToWait) {
  let_somebody_hold_the_release();
  model::deployment_request r = back_to(3);
  r.policy.when_busy = model::when_busy::reject;
  const std::string id = submitted(r);
  follow(id);
  EXPECT_EQ(find(id).state.phase, model::phase::declined);
  EXPECT_EQ(find(id).state.reason, "LeaseHeld");
  EXPECT_THAT(find(id).state.message, HasSubstr("somebody"));
}

TEST_F(Rollouts, AskTheHolderToMakeWayWhenThatIsWanted) {
  let_somebody_hold_the_release();
  model::deployment_request r = back_to(3);
  r.policy.when_busy = model::when_busy::supersede;
  const std::string id = submitted(r);
  const std::string lease = "/apis/coordination.k8s.io/v1/namespaces/shop/leases/leadsman-web";
  wait_for(id, model::event_kind::waiting);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!cluster_.object(lease)["metadata"].contains("annotations") && std::chrono::steady_clock::now() < deadline) io_.run_one();
  EXPECT_EQ(cluster_.object(lease)["metadata"]["annotations"]["leadsman/superseded-by"], id);
}

TEST_F(Rollouts, GoOnWithTheNextAgentWhereTheyStood) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  restart();
  EXPECT_FALSE(model::is_final(find(id).state.phase));
  model::deployment_request same = back_to(3);
  EXPECT_EQ(submit(same).value().outcome, admission::attach);
  ASSERT_TRUE(run_on(io_, agent_->cancel(id, model::on_cancel::rollback, "mona", "")));
  const auto events = follow(id);
  EXPECT_EQ(events.back().kind, model::event_kind::finished);
  for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].seq, i + 1);
}

TEST_F(Rollouts, OneThatCannotBeTakenUpAgainKeepsNobodyFromStarting) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  restart(2);  // the key file was lost
  EXPECT_FALSE(model::is_final(find(id).state.phase));
  EXPECT_EQ(submit(by_hand(), "local").value().outcome, admission::create);
}

// Answering at once would keep whoever follows, and the agent, busy.
TEST_F(Rollouts, LetFollowersOfOneThatNobodyCarriesOnWait) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  restart(2);
  const uint64_t last = find(id).last_seq;
  const auto began = std::chrono::steady_clock::now();
  const auto page = run_on(io_, agent_->wait_events(id, last, 100ms));
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(page->events, IsEmpty());
  EXPECT_FALSE(page->ended);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 100ms);
}

TEST_F(Rollouts, TellFollowersOfOneThatHasEndedSoAtOnce) {
  const std::string id = submitted(back_to(3));
  const auto events = follow(id);
  const auto page = run_on(io_, agent_->wait_events(id, events.back().seq, 1h));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->ended);
  EXPECT_THAT(page->events, IsEmpty());
  const auto unknown = run_on(io_, agent_->wait_events("nobody", 0, 1h));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, errc::not_found);
}

TEST_F(Rollouts, AreCounted) {
  const std::string id = submitted(back_to(3));
  EXPECT_THAT(agent_->metrics(), HasSubstr("leadsman_deployments_running 1\n"));
  follow(id);
  for (const char* line : {"leadsman_deployments_running 0\n", "leadsman_deployments_started_total 1\n", "leadsman_deployments_ended_total{phase=\"failed\"} 1\n"}) {
    EXPECT_THAT(agent_->metrics(), HasSubstr(line));
  }
}

}  // namespace
}  // namespace leadsman::runner
