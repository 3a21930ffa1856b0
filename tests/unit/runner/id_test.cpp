#include "runner/id.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;

constexpr wall_time k_noon{1'795'262'400'123ms};

TEST(DeploymentId, IsAUuidOfVersion7) {
  EXPECT_THAT(make_id(k_noon), testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
}

TEST(DeploymentId, BeginsWithItsTime) {
  EXPECT_EQ(make_id(wall_time(0ms)).substr(0, 13), "00000000-0000");
  EXPECT_EQ(make_id(wall_time(std::chrono::milliseconds(0x0123456789AB))).substr(0, 13), "01234567-89ab");
}

TEST(DeploymentId, SortsByTime) {
  std::string before = make_id(k_noon);
  for (int i = 1; i <= 300; ++i) {
    const std::string next = make_id(k_noon + i * 1ms);
    EXPECT_LT(before, next);
    before = next;
  }
}

TEST(DeploymentId, IsNeverTheSameInOneMillisecond) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(make_id(k_noon));
  EXPECT_EQ(ids.size(), 1000u);
}

}  // namespace
}  // namespace leadsman::runner
