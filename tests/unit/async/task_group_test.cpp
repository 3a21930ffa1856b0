#include "async/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "async/offload.hpp"

namespace leadsman {
namespace {

using namespace std::chrono_literals;

TEST(TaskGroup, JoinWaitsForTheLastChild) {
  asio::io_context io;
  int ended = 0;
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    task_group children(io.get_executor());
    for (int i = 0; i < 3; ++i) {
      children.spawn("child", [&ended, i]() -> task<void> {
        co_await sleep_for(std::chrono::milliseconds(i));
        ++ended;
      });
    }
    co_await children.join();
    EXPECT_EQ(ended, 3);
  });
  io.run();
  EXPECT_EQ(ended, 3);
}

TEST(TaskGroup, CancelEndsChildrenThatWait) {
  asio::io_context io;
  bool joined = false;
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    task_group children(io.get_executor());
    children.spawn("sleeper", []() -> task<void> { co_await sleep_for(1h); });
    children.cancel();
    co_await children.join();
    joined = true;
  });
  io.run();
  EXPECT_TRUE(joined);
}

TEST(Notifier, ANotificationBetweenLookingAndWaitingIsNotLost) {
  asio::io_context io;
  notifier changed(io.get_executor());
  bool seen_change = false;
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    const uint64_t seen = changed.version();
    changed.notify();
    seen_change = co_await changed.wait_change(seen, 1h);
  });
  io.run();
  EXPECT_TRUE(seen_change);
}

TEST(Notifier, WakesAllWaitersAndTimesOut) {
  asio::io_context io;
  notifier changed(io.get_executor());
  int woken = 0;
  bool timed_out = false;
  for (int i = 0; i < 3; ++i) {
    spawn(io.get_executor(), "waiter", [&]() -> task<void> {
      const bool changes = co_await changed.wait_change(0, 1h);
      woken += changes ? 1 : 0;
    });
  }
  spawn(io.get_executor(), "notify", [&]() -> task<void> {
    co_await sleep_for(1ms);
    changed.notify();
    timed_out = !co_await changed.wait_change(changed.version(), 1ms);
  });
  io.run();
  EXPECT_EQ(woken, 3);
  EXPECT_TRUE(timed_out);
}

TEST(Notifier, LetsOthersRunWhileItWakesManyAndTheLateOnesHearOfBothChanges) {
  constexpr int k_many = 4 * notifier::k_in_one_turn;
  asio::io_context io;
  notifier changed(io.get_executor());
  int woken = 0, woken_before = 0, heard_of_both = 0;
  for (int i = 0; i < k_many; ++i) {
    spawn(io.get_executor(), "waiter", [&]() -> task<void> {
      const bool changes = co_await changed.wait_change(0, 1h);
      woken += changes ? 1 : 0;
      heard_of_both += changed.version() == 2 ? 1 : 0;
    });
  }
  spawn(io.get_executor(), "notify", [&]() -> task<void> {
    co_await sleep_for(1ms);
    changed.notify();
    asio::post(io, [&] {
      woken_before = woken;
      changed.notify();
    });
  });
  io.run();
  EXPECT_EQ(woken, k_many);
  EXPECT_EQ(woken_before, notifier::k_in_one_turn);
  EXPECT_EQ(heard_of_both, k_many - notifier::k_in_one_turn);
}

TEST(Notifier, WakesNobodyWhoseChangesAreTakenAndThemWhenTheyAreNot) {
  constexpr int k_many = 3 * notifier::k_in_one_turn;
  asio::io_context io;
  notifier changed(io.get_executor());
  int taken = 0, woken = 0;
  for (int i = 0; i < k_many; ++i) {
    spawn(io.get_executor(), "waiter", [&]() -> task<void> {
      const std::function<bool()> take = [&] {
        taken += changed.version() < 3 ? 1 : 0;
        return changed.version() < 3;
      };
      const bool changes = co_await changed.wait_change(0, 1h, take);
      woken += changes && changed.version() == 3 ? 1 : 0;
    });
  }
  spawn(io.get_executor(), "notify", [&]() -> task<void> {
    co_await sleep_for(1ms);
    for (int i = 1; i <= 3; ++i) {
      changed.notify();
      while (taken < std::min(i, 2) * k_many) co_await asio::post(io, asio::use_awaitable);
    }
  });
  io.run();
  EXPECT_EQ(taken, 2 * k_many);
  EXPECT_EQ(woken, k_many);
}

TEST(Notifier, WhoTakesAChangeIsToldNothingAfterTheLimit) {
  asio::io_context io;
  notifier changed(io.get_executor());
  bool changes = true;
  spawn(io.get_executor(), "waiter", [&]() -> task<void> {
    const std::function<bool()> take = [] { return true; };
    changes = co_await changed.wait_change(0, 30ms, take);
  });
  asio::post(io, [&] { changed.notify(); });
  io.run();
  EXPECT_EQ(changed.version(), 1u);
  EXPECT_FALSE(changes);
}

TEST(Notifier, ForgetsWaitersThatGaveUpOrWereCanceled) {
  asio::io_context io;
  notifier changed(io.get_executor());
  task_group group(io.get_executor());
  int given_up = 0;
  group.spawn("patient", [&]() -> task<void> {
    const bool changes = co_await changed.wait_change(0, 1h);
    given_up += changes ? 0 : 1;
  });
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    const bool changes = co_await changed.wait_change(0, 1ms);
    given_up += changes ? 0 : 1;
    group.cancel();
    co_await group.join();
    changed.notify();
  });
  io.run();
  EXPECT_EQ(given_up, 2);
}

TEST(Offload, RunsElsewhereAndComesBack) {
  asio::io_context io;
  asio::thread_pool pool(1);
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    const auto home = std::this_thread::get_id();
    const std::function<std::thread::id()> where = [] { return std::this_thread::get_id(); };
    const auto elsewhere = co_await offload(pool, where);
    EXPECT_TRUE(elsewhere != home);
    EXPECT_TRUE(std::this_thread::get_id() == home);
  });
  io.run();
}

}  // namespace
}  // namespace leadsman
