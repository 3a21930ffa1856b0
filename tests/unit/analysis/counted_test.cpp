#include "analysis/counted.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace leadsman::analysis {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Asked at so many seconds, when the newest samples were half a second old.
counted counted_at(int second, double canary, double stable) {
  const wall_time at = wall_time(std::chrono::seconds(second));
  return {at, at - 500ms, canary, stable};
}

TEST(Counted, IsWhatWasCountedBetweenTwoSamplesAfterTheWeightWasAccepted) {
  // What came before the first sample after it may have been led by the weight before.
  const std::vector<counted> looks{counted_at(10, 0, 5'000), counted_at(11, 0, 6'000), counted_at(12, 250, 6'750)};
  const traffic_finding found = assess_counted(25, 100, false, looks);
  EXPECT_EQ(found.finding, share_finding::fits);
  EXPECT_EQ(found.seen.canary, 250);
  EXPECT_EQ(found.seen.all, 1'000);
}

TEST(Counted, ASampleThatIsOlderThanTheWeightSaysNothing) {
  std::vector<counted> looks{counted_at(10, 0, 0), counted_at(11, 0, 900), counted_at(12, 0, 1'900)};
  for (counted& look : looks) look.oldest = wall_time(9s);
  EXPECT_EQ(assess_counted(25, 100, false, looks).finding, share_finding::too_few);
  EXPECT_EQ(assess_counted(25, 100, false, looks).seen.all, 0);
}

TEST(Counted, SaysHowFewThereWere) {
  const std::vector<counted> looks{counted_at(10, 0, 50), counted_at(11, 0, 50), counted_at(12, 1, 52)};
  const traffic_finding found = assess_counted(25, 100, false, looks);
  EXPECT_EQ(found.finding, share_finding::too_few);
  EXPECT_EQ(found.seen.all, 3);
}

TEST(Counted, AWeightThatTakesALittleTimeIsInEffectInTheEnd) {
  const std::vector<counted> looks{counted_at(10, 0, 0), counted_at(11, 0, 100), counted_at(12, 0, 300), counted_at(13, 50, 450)};
  const traffic_finding found = assess_counted(25, 100, false, looks);
  EXPECT_EQ(found.finding, share_finding::fits);
  EXPECT_EQ(found.seen.all, 200);
}

TEST(Counted, AWeightThatNeverHasAnEffectDiffers) {
  const std::vector<counted> looks{counted_at(10, 0, 0), counted_at(11, 0, 100), counted_at(12, 0, 300), counted_at(13, 0, 310)};
  const traffic_finding found = assess_counted(25, 100, false, looks);
  EXPECT_EQ(found.finding, share_finding::differs);
  EXPECT_EQ(found.seen.all, 200);
}

TEST(Counted, CountersThatBeganAnewAreNoNegativeTraffic) {
  const std::vector<counted> looks{counted_at(10, 900, 900), counted_at(11, 900, 900), counted_at(12, 10, 30), counted_at(13, 35, 105)};
  const traffic_finding found = assess_counted(25, 100, false, looks);
  EXPECT_EQ(found.finding, share_finding::fits);
  EXPECT_EQ(found.seen.all, 100);
}

TEST(Counted, RequestsThatWereUnderWayWhenTheWeightBecameZeroDoNotCountForEver) {
  const std::vector<counted> looks{counted_at(10, 500, 500), counted_at(11, 501, 600), counted_at(12, 502, 700), counted_at(13, 502, 850)};
  EXPECT_EQ(assess_counted(0, 100, false, looks).finding, share_finding::fits);
  EXPECT_EQ(assess_counted(0, 100, false, std::span(looks).first(3)).finding, share_finding::differs);
}

TEST(Counted, AsksForEveryAnswerOfOneSide) {
  EXPECT_THAT(queries_of_counters(model::request_source::envoy).requests, HasSubstr(R"(sum(envoy_cluster_upstream_rq{envoy_cluster_name=~"{{namespace}}_{{canary}}_[^_]+",envoy_response_code!=""}) or vector(0))"));
  EXPECT_THAT(queries_of_counters(model::request_source::app).oldest, HasSubstr("min(timestamp(http_requests_total{"));
}

}  // namespace
}  // namespace leadsman::analysis
