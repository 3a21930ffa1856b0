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
  const auto page = run_on(io_, agent_->wait_events(id, last, 100ms, {}));
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(page->events, IsEmpty());
  EXPECT_FALSE(page->ended);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 100ms);
}

TEST_F(Rollouts, WhoTakesTheNewsAsTheyComeIsWokenByTheEndOnly) {
  const std::string id = submitted(back_to(3));
  std::vector<model::event> heard;
  const auto first = run_on(io_, agent_->wait_events(id, 0, 1h, {})).value();
  heard = first.events;
  ASSERT_FALSE(first.ended);
  int taken = 0;
  const take_events take = [&](const events_page& news) {
    heard.insert(heard.end(), news.events.begin(), news.events.end());
    ++taken;
    return true;
  };
  const auto last = run_on(io_, agent_->wait_events(id, heard.back().seq, 1h, take)).value();
  EXPECT_TRUE(last.ended);
  EXPECT_THAT(last.events, IsEmpty());
  EXPECT_GT(taken, 1);
  const auto all = follow(id);
  ASSERT_EQ(heard.size(), all.size());
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(heard[i].seq, all[i].seq);
}

TEST_F(Rollouts, TellFollowersOfOneThatHasEndedSoAtOnce) {
  const std::string id = submitted(back_to(3));
  const auto events = follow(id);
  const auto page = run_on(io_, agent_->wait_events(id, events.back().seq, 1h, {}));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->ended);
  EXPECT_THAT(page->events, IsEmpty());
  const auto unknown = run_on(io_, agent_->wait_events("nobody", 0, 1h, {}));
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

TEST_F(Rollouts, TryAgainWhatEndedBadlyAndNameIt) {
  model::deployment_request wish = back_to(3);
  wish.reason = "slow";
  const std::string first = submitted(wish);
  follow(first);
  const auto again = run_on(io_, agent_->retry(first, "key:ann", model::reach{}));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->outcome, admission::create);
  EXPECT_NE(again->deployment.id, first);
  EXPECT_EQ(again->deployment.attempt, 2);
  EXPECT_EQ(again->deployment.asked_reason, "retry of " + first + ": slow");
  EXPECT_EQ(again->deployment.asked_revision, 3);
  EXPECT_EQ(again->deployment.principal, "key:ann");
  EXPECT_EQ(follow(again->deployment.id).front().message, "retry of " + first + ": roll back prod/shop/web to revision 3: slow");
}

TEST_F(Rollouts, TryAgainOnceHoweverOftenItIsAskedFor) {
  const std::string first = submitted(back_to(3));
  follow(first);
  const std::string second = run_on(io_, agent_->retry(first, "key:ci", model::reach{})).value().deployment.id;
  follow(second);
  const auto again = run_on(io_, agent_->retry(first, "key:ci", model::reach{}));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->outcome, admission::attach);
  EXPECT_EQ(again->deployment.id, second);
  EXPECT_EQ(run_on(io_, agent_->retry(second, "key:ci", model::reach{})).value().deployment.attempt, 3) << "the retry itself ended badly, too";
}

TEST_F(Rollouts, TryNothingAgainThatIsUnderWay) {
  let_somebody_hold_the_release();
  const std::string waiting = submitted(back_to(3));
  const auto again = run_on(io_, agent_->retry(waiting, "key:ci", model::reach{}));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::conflict);
  EXPECT_THAT(again.error().message, HasSubstr("still under way"));
  EXPECT_EQ(run_on(io_, agent_->retry("none", "key:ci", model::reach{})).error().code, errc::not_found);
}

TEST_F(Rollouts, SayThatARequestCannotBeReadAnyMore) {
  const std::string first = submitted(back_to(3));
  follow(first);
  restart(2);  // another key at rest
  const auto again = run_on(io_, agent_->retry(first, "key:ci", model::reach{}));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::refused);
  EXPECT_THAT(again.error().message, AllOf(HasSubstr("cannot be read any more"), HasSubstr("deploy it anew")));
}

TEST_F(Rollouts, WaitInTheOrderInWhichTheyCame) {
  let_somebody_hold_the_release();
  const std::string first = submitted(by_hand());
  wait_for(first, model::event_kind::waiting);
  const std::string second = submitted(by_hand());
  wait_for(second, model::event_kind::waiting);
  const auto of_second = run_on(io_, agent_->wait_events(second, 0, 1s, {})).value().events;
  EXPECT_EQ(of_second.back().message, "waiting: deployment " + first + ", which came earlier, waits for the release too");
  EXPECT_THAT(of_second.back().data, HasSubstr(first));
}

TEST_F(Rollouts, SupersedeWhoWaitsEarlierToo) {
  let_somebody_hold_the_release();
  const std::string first = submitted(by_hand());
  wait_for(first, model::event_kind::waiting);
  model::deployment_request newer = by_hand();
  newer.policy.when_busy = model::when_busy::supersede;
  const std::string second = submitted(newer);
  follow(first);
  EXPECT_EQ(find(first).state.phase, model::phase::superseded);
  EXPECT_EQ(find(first).state.reason, "Superseded");
  wait_for(second, model::event_kind::waiting);
  EXPECT_FALSE(model::is_final(find(second).state.phase));
}

TEST_F(Rollouts, DeclineWhoDoesNotWantToWaitBehindOthers) {
  let_somebody_hold_the_release();
  const std::string first = submitted(by_hand());
  wait_for(first, model::event_kind::waiting);
  model::deployment_request newer = by_hand();
  newer.policy.when_busy = model::when_busy::reject;
  const std::string second = submitted(newer);
  follow(second);
  EXPECT_EQ(find(second).state.phase, model::phase::declined);
  EXPECT_THAT(find(second).state.message, HasSubstr(first));
}

}  // namespace
}  // namespace leadsman::runner
