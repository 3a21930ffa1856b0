#include "helm/slots.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "async/task_group.hpp"

namespace leadsman::helm {
namespace {

using namespace std::chrono_literals;

struct log_of {
  std::vector<std::string> lines;
  std::function<void(size_t)> queued(std::string who) {
    return [this, who](size_t ahead) { lines.push_back(who + " waits behind " + std::to_string(ahead)); };
  }
};

task<void> work(slots& places, log_of& log, std::string who, notifier& may_end) {
  auto acquiring = places.acquire(log.queued(who));
  const slots::lease place = co_await std::move(acquiring);
  log.lines.push_back(who + " runs");
  co_await may_end.wait_change(0, 1h);
}

TEST(Slots, AreGivenOutInOrderAndTellWhoWaits) {
  asio::io_context io;
  slots places(io.get_executor(), 1);
  log_of log;
  notifier a_ends(io.get_executor()), b_ends(io.get_executor()), c_ends(io.get_executor());
  spawn(io.get_executor(), "a", [&] { return work(places, log, "a", a_ends); });
  spawn(io.get_executor(), "b", [&] { return work(places, log, "b", b_ends); });
  spawn(io.get_executor(), "c", [&] { return work(places, log, "c", c_ends); });
  io.poll();
  EXPECT_EQ(places.taken(), 1U);
  EXPECT_EQ(places.waiting(), 2U);
  for (notifier* ended : {&a_ends, &b_ends, &c_ends}) {
    ended->notify();
    io.poll();
  }
  EXPECT_EQ(log.lines, (std::vector<std::string>{"a runs", "b waits behind 1", "c waits behind 2", "b runs", "c waits behind 1", "c runs"}));
  EXPECT_EQ(places.taken(), 0U);
}

TEST(Slots, WhoeverIsCanceledGivesTheTurnUp) {
  asio::io_context io;
  slots places(io.get_executor(), 1);
  log_of log;
  notifier a_ends(io.get_executor()), c_ends(io.get_executor());
  task_group canceled(io.get_executor());
  spawn(io.get_executor(), "a", [&] { return work(places, log, "a", a_ends); });
  canceled.spawn("b", [&] { return work(places, log, "b", a_ends); });
  spawn(io.get_executor(), "c", [&] { return work(places, log, "c", c_ends); });
  io.poll();
  canceled.cancel();
  io.poll();
  EXPECT_EQ(canceled.size(), 0U);
  EXPECT_EQ(places.waiting(), 1U);
  a_ends.notify();
  io.poll();
  EXPECT_EQ(log.lines.back(), "c runs");
  c_ends.notify();
  io.poll();
}

}  // namespace
}  // namespace leadsman::helm
