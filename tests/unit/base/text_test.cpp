#include "base/text.hpp"

#include <gtest/gtest.h>

namespace leadsman {
namespace {

TEST(Nearest, SuggestsATypoAndNothingForAnotherWord) {
  const std::vector<std::string> keys{"timeout", "chart", "values"};
  EXPECT_EQ(nearest("timeuot", keys), "timeout");
  EXPECT_EQ(nearest("chrt", keys), "chart");
  EXPECT_EQ(nearest("replicas", keys), std::nullopt);
}

TEST(GlobMatch, MatchesTheWholeText) {
  EXPECT_TRUE(glob_match("shop", "shop"));
  EXPECT_FALSE(glob_match("shop", "shop-evil"));
  EXPECT_TRUE(glob_match("shop-*", "shop-web"));
  EXPECT_TRUE(glob_match("*/shop*api", "prod/shop-x-api"));
  EXPECT_FALSE(glob_match("", "x"));
  EXPECT_TRUE(glob_match("**", ""));
}

TEST(Truncate, NeverBreaksACharacter) { EXPECT_EQ(truncate("aäb", 2), "a…"); }

TEST(DnsLabel, FollowsRfc1123) {
  EXPECT_TRUE(is_dns_label("shop-1"));
  for (const char* name : {"", "-shop", "shop-", "Shop", "a.b", "a_b"}) EXPECT_FALSE(is_dns_label(name)) << name;
  EXPECT_FALSE(is_dns_label("abcd", 3));
}

}  // namespace
}  // namespace leadsman
