#include "runner/followers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <limits>

#include "support/scripted_server.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using leadsman::test::run_until_done;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<model::event> numbered(uint64_t first, uint64_t last) {
  std::vector<model::event> events;
  for (uint64_t seq = first; seq <= last; ++seq) events.push_back({.seq = seq, .message = std::to_string(seq)});
  return events;
}

std::vector<uint64_t> numbers(const std::vector<model::event>& events) {
  std::vector<uint64_t> found;
  for (const model::event& e : events) found.push_back(e.seq);
  return found;
}

class Followers : public testing::Test {
 protected:
  std::vector<uint64_t> recent(uint64_t after) const { return numbers(audience_.recent("d", after)->events); }

  asio::io_context io_;
  followers audience_{io_.get_executor()};
};

TEST_F(Followers, GetWhatIsNewerThanTheLastTheySaw) {
  audience_.publish("d", numbered(1, 3));
  audience_.publish("d", numbered(4, 5));
  EXPECT_THAT(recent(0), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(recent(3), ElementsAre(4, 5));
  EXPECT_THAT(recent(5), IsEmpty());
}

TEST_F(Followers, AreSentToTheStoreWhenTheyMissedTheBeginning) {
  audience_.publish("d", numbered(7, 9));  // an agent before us told the first six
  EXPECT_THAT(recent(0), IsEmpty());
  EXPECT_THAT(recent(5), IsEmpty()) << "6 is not here, so 7 must not be told";
  EXPECT_THAT(recent(6), ElementsAre(7, 8, 9));
}

TEST_F(Followers, WhoHaveSeenEverythingNeedNotAskTheStore) {
  audience_.publish("d", numbered(7, 9));
  EXPECT_TRUE(audience_.keeps_all("d", 9));
  EXPECT_TRUE(audience_.keeps_all("d", 6));
  EXPECT_FALSE(audience_.keeps_all("d", 5)) << "6 is not here";
  EXPECT_FALSE(audience_.keeps_all("other", 0));
}

TEST_F(Followers, FindOnlyTheNewestEvents) {
  constexpr uint64_t k_all = followers::k_recent + 10;
  audience_.publish("d", numbered(1, k_all));
  EXPECT_THAT(recent(0), IsEmpty());
  EXPECT_THAT(recent(9), IsEmpty()) << "event 10 went just now";
  const auto all_kept = recent(10);
  ASSERT_EQ(all_kept.size(), followers::k_recent);
  EXPECT_EQ(all_kept.front(), 11u);
  EXPECT_EQ(all_kept.back(), k_all);
}

TEST_F(Followers, AskingAfterTheLastPossibleNumberGivesNothing) {
  audience_.publish("d", numbered(1, 3));
  EXPECT_THAT(recent(std::numeric_limits<uint64_t>::max()), IsEmpty());
}

TEST_F(Followers, OfOneDeploymentHearNothingOfAnother) {
  audience_.publish("d", numbered(1, 2));
  EXPECT_THAT(audience_.recent("other", 0)->events, IsEmpty());
  const uint64_t seen = audience_.version("other");
  audience_.publish("d", numbered(3, 3));
  EXPECT_EQ(audience_.version("other"), seen);
}

TEST_F(Followers, AreNotWokenByNothing) {
  const uint64_t seen = audience_.version("d");
  audience_.publish("d", {});
  EXPECT_EQ(audience_.version("d"), seen);
}

TEST_F(Followers, AreWokenByAnEvent) {
  bool woken = false;
  run_until_done(io_, [&]() -> task<void> {
    const uint64_t seen = audience_.version("d");
    asio::post(io_, [this] { audience_.publish("d", numbered(1, 1)); });
    auto waiting = audience_.wait("d", seen, 1min, {});
    woken = co_await std::move(waiting);
  });
  EXPECT_TRUE(woken);
  EXPECT_THAT(recent(0), ElementsAre(1));
}

TEST_F(Followers, MissNoEventBetweenLookingAndWaiting) {
  bool woken = false;
  run_until_done(io_, [&]() -> task<void> {
    const uint64_t seen = audience_.version("d");
    audience_.publish("d", numbered(1, 1));
    auto waiting = audience_.wait("d", seen, 1min, {});
    woken = co_await std::move(waiting);
  });
  EXPECT_TRUE(woken);
}

TEST_F(Followers, GiveUpWaitingAfterTheirLimit) {
  bool woken = true;
  run_until_done(io_, [&]() -> task<void> {
    auto waiting = audience_.wait("d", audience_.version("d"), 1ms, {});
    woken = co_await std::move(waiting);
  });
  EXPECT_FALSE(woken);
}

TEST_F(Followers, HearTheEndBeforeTheDeploymentIsForgotten) {
  constexpr int k_many = 3 * notifier::k_in_one_turn;
  audience_.publish("d", numbered(1, 3));
  int told = 0;
  for (int i = 0; i < k_many; ++i) {
    spawn(io_.get_executor(), "follower", [&]() -> task<void> {
      auto waiting = audience_.wait("d", audience_.version("d"), 1min, {});
      const bool woken = co_await std::move(waiting);
      told += woken && audience_.keeps_all("d", 0) ? 1 : 0;
    });
  }
  run_until_done(io_, [&]() -> task<void> {
    co_await asio::post(io_, asio::use_awaitable);
    auto telling = audience_.tell_the_end("d");
    co_await std::move(telling);
    audience_.forget("d");
  });
  EXPECT_EQ(told, k_many);
  EXPECT_THAT(recent(0), IsEmpty());
}

TEST_F(Followers, WhoTakeTheEndThemselvesAreLetGoToo) {
  bool taken = false;
  bool woken = false;
  spawn(io_.get_executor(), "follower", [&]() -> task<void> {
    const std::function<bool()> take = [&taken] { return !std::exchange(taken, true); };
    auto waiting = audience_.wait("d", audience_.version("d"), 24h, take);
    woken = co_await std::move(waiting);
  });
  run_until_done(io_, [&]() -> task<void> {
    co_await asio::post(io_, asio::use_awaitable);
    auto telling = audience_.tell_the_end("d");
    co_await std::move(telling);
  });
  EXPECT_TRUE(taken);
  EXPECT_TRUE(woken);
}

TEST_F(Followers, OfNothingNeedNotBeTold) {
  run_until_done(io_, [&] { return audience_.tell_the_end("d"); });
}

TEST_F(Followers, ForgetWhatNobodyKnows) {
  audience_.forget("d");
  EXPECT_THAT(recent(0), IsEmpty());
}

}  // namespace
}  // namespace leadsman::runner
