#include "action/client/interruption.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <csignal>

#include "support/scripted_server.hpp"

namespace leadsman::action {
namespace {

using namespace std::chrono_literals;
using leadsman::test::run_until_done;

class Interruption : public testing::Test {
 protected:
  // Sends a signal to this process and waits until it was heard.
  void hear(int signal) {
    const uint64_t seen = stop_.changed().version();
    ::raise(signal);
    run_until_done(io_, [&]() -> task<void> {
      auto waiting = stop_.changed().wait_change(seen, 10s);
      const bool heard = co_await std::move(waiting);
      EXPECT_TRUE(heard);
    });
  }
  // Work that takes `span`.
  std::optional<int> run(std::chrono::milliseconds span, std::chrono::milliseconds grace) {
    std::optional<int> came;
    run_until_done(io_, [&]() -> task<void> {
      const std::function<task<int>()> work = [span]() -> task<int> {
        const bool slept = co_await sleep_for(span);
        co_return slept ? 7 : 0;
      };
      auto running = run_until<int>(stop_, grace, work);
      came = co_await std::move(running);
    });
    return came;
  }

  asio::io_context io_;
  interruption stop_{io_.get_executor()};
};

TEST_F(Interruption, HasNotHappenedAtFirst) {
  EXPECT_FALSE(stop_.asked());
  EXPECT_FALSE(stop_.must_go());
}

TEST_F(Interruption, OneSigintAsksAndASecondInsists) {
  hear(SIGINT);
  EXPECT_TRUE(stop_.asked());
  EXPECT_FALSE(stop_.must_go());
  const auto first = stop_.first_at();
  hear(SIGINT);
  EXPECT_TRUE(stop_.must_go());
  EXPECT_EQ(stop_.first_at(), first);
  EXPECT_GE(stop_.last_at(), first);
}

TEST_F(Interruption, ASigtermInsistsAtOnce) {
  hear(SIGTERM);
  EXPECT_TRUE(stop_.must_go());
}

TEST_F(Interruption, WorkThatNobodyInterruptsEnds) { EXPECT_EQ(run(20ms, 0ms), 7); }

TEST_F(Interruption, WorkHasItsGraceAfterTheSignal) {
  hear(SIGINT);
  EXPECT_EQ(run(20ms, 10s), 7);
}

TEST_F(Interruption, WorkIsCutOffWhenItsGraceIsOver) {
  hear(SIGINT);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_NE(run(1h, 100ms), 7);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
  EXPECT_GE(std::chrono::steady_clock::now() - stop_.first_at(), 90ms) << "timers count in milliseconds";
}

}  // namespace
}  // namespace leadsman::action
