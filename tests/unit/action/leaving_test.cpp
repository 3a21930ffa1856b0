#include "action/client/leaving.hpp"

#include <gtest/gtest.h>

#include "action/client/backoff.hpp"

namespace leadsman::action {
namespace {

using namespace std::chrono_literals;
using enum leaving_move;
using cancel = leaving_facts::cancel_request;

struct leaving_case {
  const char* name;
  leaving_facts facts;
  leaving_decision expected;
};

TEST(DecideLeaving, KeepsToTheRunnersLadder) {
  const leaving_decision for_ever{};
  const leaving_case cases[]{
      {"nothing happened", {}, for_ever},
      {"the end is known", {.ended = true}, {finish, 0ms}},
      {"the end is known while leaving", {.ended = true, .asked = true, .must_go = true}, {finish, 0ms}},
      {"a watcher leaves at once", {.asked = true, .cancels = false}, {leave, 0ms}},
      {"the first signal asks the agent", {.asked = true}, {send_cancel, 0ms}},
      {"SIGTERM first asks the agent too", {.asked = true, .must_go = true}, {send_cancel, 0ms}},
      {"on its way: stays until 6 s", {.asked = true, .cancel = cancel::on_its_way, .since_first = 1500ms}, {wait, 4500ms}},
      {"answered: follows until 6 s", {.asked = true, .cancel = cancel::answered, .since_first = 1s}, {wait, 5s}},
      {"answered and 6 s are over", {.asked = true, .cancel = cancel::answered, .since_first = 6s}, {leave, 0ms}},
      {"never answered and 6 s are over", {.asked = true, .cancel = cancel::on_its_way, .since_first = 6s}, {leave, 0ms}},
      {"SIGTERM after the answer", {.asked = true, .must_go = true, .cancel = cancel::answered, .since_first = 1s}, {leave, 0ms}},
      {"SIGTERM before the answer waits 2 s", {.asked = true, .must_go = true, .cancel = cancel::on_its_way, .since_last = 500ms}, {wait, 1500ms}},
      {"SIGTERM and no answer after 2 s", {.asked = true, .must_go = true, .cancel = cancel::on_its_way, .since_last = 2s}, {leave, 0ms}},
      {"embedded: stays for the way back", {.asked = true, .embedded = true, .cancel = cancel::answered, .since_first = 60s}, for_ever},
      {"paused as asked: nothing to wait for", {.asked = true, .paused = true, .cancel = cancel::answered}, {leave, 0ms}},
      {"embedded and paused as asked", {.asked = true, .embedded = true, .paused = true, .cancel = cancel::answered}, {leave, 0ms}},
      {"paused by somebody else: goes on looking", {.paused = true}, for_ever},
      {"embedded: SIGTERM leaves", {.asked = true, .must_go = true, .embedded = true, .cancel = cancel::answered}, {leave, 0ms}},
  };
  for (const leaving_case& c : cases) EXPECT_EQ(decide_leaving(c.facts), c.expected) << c.name;
}

TEST(BackoffDelay, GrowsToTenSecondsAndIsSpread) {
  EXPECT_EQ(backoff_delay(0, 0.0), 100ms);
  EXPECT_EQ(backoff_delay(0, 1.0), 200ms);
  EXPECT_EQ(backoff_delay(1, 1.0), 400ms);
  EXPECT_EQ(backoff_delay(30, 1.0), 10s);
  EXPECT_EQ(backoff_delay(30, 0.0), 5s);
}

}  // namespace
}  // namespace leadsman::action
