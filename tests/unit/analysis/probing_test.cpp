#include "analysis/probing.hpp"

#include <gmock/gmock.h>

namespace leadsman::analysis {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

model::traffic_probe by_header(std::string canary = "") { return {.url = "http://shop.test/", .header = "X-Version", .canary = std::move(canary)}; }

TEST(Probing, WhatStableNeverSaidIsTheCanarys) {
  EXPECT_TRUE(is_canarys(by_header(), {"v1"}, "v2"));
  EXPECT_FALSE(is_canarys(by_header(), {"v1"}, "v1"));
}

TEST(Probing, WhatIsNamedIsTheCanarysWhateverStableSaid) {
  EXPECT_TRUE(is_canarys(by_header("shop-canary-*"), {}, "shop-canary-demo-6f7-x2k"));
  EXPECT_FALSE(is_canarys(by_header("shop-canary-*"), {}, "shop-demo-6f7-x2k"));
}

probed answered_with(std::set<std::string> values, int64_t canary = 0) {
  probed seen;
  seen.values = std::move(values);
  seen.canary = canary;
  seen.stable = 10 - canary;
  return seen;
}

TEST(Probing, AnswersOfStableThatTellNothingAreFoundBeforeThereIsACanary) {
  EXPECT_THAT(why_it_tells_nothing(by_header(), answered_with({"v1"})), IsEmpty());
  probed silent;
  silent.failed = 10;
  silent.why_failed = "HTTP 200 without X-Version";
  EXPECT_THAT(why_it_tells_nothing(by_header(), silent), HasSubstr("does not tell who answers: HTTP 200 without X-Version"));
  EXPECT_THAT(why_it_tells_nothing(by_header(), answered_with({"pod-a", "pod-b"})), HasSubstr("several values (pod-a, pod-b)"));
  EXPECT_THAT(why_it_tells_nothing(by_header("shop-canary-*"), answered_with({"pod-a", "pod-b"})), IsEmpty());
  EXPECT_THAT(why_it_tells_nothing(by_header("pod-*"), answered_with({"pod-a"}, 10)), HasSubstr("takes for the canary's"));
}

TEST(Probing, SaysSharesAndWhatFailed) {
  probed seen = answered_with({"v1", "v2"}, 2);
  EXPECT_EQ(describe(seen), "20 % of 10 probes");
  seen.failed = 1;
  seen.why_failed = "HTTP 503 without X-Version";
  EXPECT_EQ(describe(seen, " were answered by the canary"), "20 % of 10 probes were answered by the canary; 1 probe failed: HTTP 503 without X-Version");
  EXPECT_EQ(describe(answered_with({"v1"})), "none of 10 probes");
  EXPECT_EQ(describe(probed{}), "no probe told who answered it");
}

TEST(Probing, FindsAValueInABody) {
  const std::string body = R"({"build": {"version": "v2", "number": 7, "tags": ["a"]}})";
  EXPECT_EQ(value_at_pointer(body, "/build/version"), "v2");
  EXPECT_EQ(value_at_pointer(body, "/build/number"), "7");
  EXPECT_EQ(value_at_pointer(body, "/build/tags/0"), "a");
  for (const char* pointer : {"/build", "/version", "/build/version/x", "/build/tags/x", "/build/tags/-", "/~2"}) EXPECT_EQ(value_at_pointer(body, pointer), "") << pointer;
  EXPECT_EQ(value_at_pointer("<html>", "/version"), "");
}

}  // namespace
}  // namespace leadsman::analysis
