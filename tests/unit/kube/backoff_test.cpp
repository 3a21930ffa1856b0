#include "kube/backoff.hpp"

#include <gtest/gtest.h>

namespace leadsman::kube {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToItsLimitWithAtMostHalfTakenOff) {
  backoff waits(200ms, 1s, 7);
  for (const auto whole : {200ms, 400ms, 800ms, 1000ms, 1000ms}) {
    const auto wait = waits.next();
    EXPECT_LE(wait, whole);
    EXPECT_GE(wait, whole / 2);
  }
  waits.reset();
  EXPECT_LE(waits.next(), 200ms);
}

TEST(Backoff, TwoClientsDoNotComeBackTogether) {
  backoff one(1s, 30s, 1), other(1s, 30s, 2);
  int same = 0;
  for (int i = 0; i < 10; ++i) same += one.next() == other.next() ? 1 : 0;
  EXPECT_LT(same, 3);
}

}  // namespace
}  // namespace leadsman::kube
