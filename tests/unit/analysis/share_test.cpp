#include "analysis/share.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace leadsman::analysis {
namespace {

struct seen_case {
  const char* name;
  int weight;
  traffic_seen seen;
  share_finding expected;
};

TEST(Share, JudgesWhatWasSeen) {
  const std::vector<seen_case> cases{
      {"a quarter of four thousand", 25, {1'020, 4'112}, share_finding::fits},
      {"a fifth more than wanted is within what gateways do", 10, {1'200, 10'000}, share_finding::fits},
      {"half more is not", 10, {1'500, 10'000}, share_finding::differs},
      {"nothing at the canary", 10, {0, 100}, share_finding::differs},
      {"nothing at the canary, at the least number that says so", 5, {0, 113}, share_finding::differs},
      {"the weight before is still in effect", 50, {10, 100}, share_finding::differs},
      {"everything at the canary", 50, {100, 100}, share_finding::differs},
      {"few requests", 25, {1, 3}, share_finding::too_few},
      {"few requests, all of them elsewhere", 25, {0, 12}, share_finding::too_few},
      {"no requests", 25, {0, 0}, share_finding::too_few},
      {"one at the canary, at weight 0", 0, {1, 4'000}, share_finding::differs},
      {"none at the canary, at weight 0", 0, {0, 100}, share_finding::fits},
      {"none of few at the canary, at weight 0", 0, {0, 99}, share_finding::too_few},
      {"one at stable, at weight 100", 100, {3'999, 4'000}, share_finding::differs},
      {"all at the canary, at weight 100", 100, {100, 100}, share_finding::fits},
      {"nothing at stable, at weight 95", 95, {113, 113}, share_finding::differs},
  };
  for (const seen_case& c : cases) EXPECT_EQ(judge_share(c.weight, c.seen, 100), c.expected) << c.name;
}

TEST(Share, MoreThanTheWeightIsNoContradictionWhenMatchesLeadToTheCanaryToo) {
  EXPECT_EQ(judge_share(10, {500, 1'000}, 100), share_finding::differs);
  EXPECT_EQ(judge_share(10, {500, 1'000}, 100, true), share_finding::fits);
  EXPECT_EQ(judge_share(10, {0, 1'000}, 100, true), share_finding::differs);
}

TEST(Share, ASideWithoutTrafficIsAlwaysNoticedOnceThereAreEnoughAnswers) {
  for (int weight = 1; weight < 100; ++weight) {
    const int64_t enough = answers_needed(weight, 1);
    const int64_t canary = weight > 50 ? enough : 0;
    EXPECT_EQ(judge_share(weight, {canary, enough}, 1), share_finding::differs) << weight;
  }
  EXPECT_EQ(answers_needed(5, 10), 113);
  EXPECT_EQ(answers_needed(1, 10), 574);
  EXPECT_EQ(answers_needed(50, 100), 100);
}

}  // namespace
}  // namespace leadsman::analysis
