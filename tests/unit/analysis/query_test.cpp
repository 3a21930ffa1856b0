#include "analysis/query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/ready_made.hpp"

namespace leadsman::analysis {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

subjects shop() { return {{"shop-canary"}, {"shop"}, "web", "shop.v2"}; }

model::metric_gate using_ready_made(model::ready_made which, model::request_source from = model::request_source::app) {
  model::metric_gate gate;
  gate.use = which;
  gate.from = from;
  return gate;
}

TEST(Query, HasItsVariablesPutIn) {
  struct {
    const char* query;
    const char* expected;
  } const rows[] = {
      {"up", "up"},
      {"{{canary}} {{stable}}", "shop-canary shop"},
      {"{{namespace}}/{{release}}", "web/shop.v2"},
      {"x[{{window}}]", "x[90s]"},
      {"{{canary-pods}}", "shop-canary-[a-z0-9]+-[a-z0-9]+"},
      {"{{stable-pods}}", "shop-[a-z0-9]+-[a-z0-9]+"},
  };
  for (const auto& row : rows) EXPECT_EQ(fill_query(row.query, shop(), side::canary, 90s), row.expected) << row.query;
}

TEST(Query, AskedAboutStableHasStableInTheCanarysPlace) {
  subjects of = shop();
  of.stable.pods = pods_named({"shop-1", "shop-2"});
  EXPECT_EQ(fill_query("{{canary}} {{canary-pods}}", of, side::stable, 1s), "shop shop-1|shop-2");
  EXPECT_EQ(fill_query("{{stable}}", of, side::stable, 1s), "shop");
}

TEST(Query, OfNoPodsFitsNone) {
  subjects of = shop();
  of.canary.pods = pods_named({});
  EXPECT_EQ(fill_query("{{canary-pods}}", of, side::canary, 1s), "-");
}

TEST(Query, IsNotBrokenOutOf) {
  for (const char* service : {"", "a\"} or vector(0) #", "a b", "A"}) {
    subjects of = shop();
    of.canary.service = service;
    const auto query = fill_query("up{service=\"{{canary}}\"}", of, side::canary, 1s);
    ASSERT_FALSE(query) << service;
    EXPECT_EQ(query.error().code, errc::invalid_input);
    EXPECT_FALSE(fill_query("up{pod=~\"{{canary-pods}}\"}", of, side::canary, 1s)) << service;
  }
}

TEST(Query, HasDurationsAsPromqlDoes) {
  EXPECT_EQ(promql_duration(60s), "60s");
  EXPECT_EQ(promql_duration(1500ms), "1500ms");
}

TEST(Questions, OfAGatesOwnQueryAreThatAndItsTraffic) {
  model::metric_gate gate;
  gate.query = "errors{s=\"{{canary}}\"}";
  gate.traffic = "requests{s=\"{{canary}}\"}";
  const auto asked = questions_about(gate, shop(), side::stable);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->value, "errors{s=\"shop\"}");
  EXPECT_EQ(asked->traffic, "requests{s=\"shop\"}");
  EXPECT_EQ(asked->newest, "");
}

TEST(ReadyMade, HasQuestionsForEveryWordAndSource) {
  for (const auto& [word, which] : model::k_ready_made) {
    for (const auto& [source, from] : model::k_request_source) {
      const auto asked = questions_about(using_ready_made(which, from), shop(), side::canary);
      ASSERT_TRUE(asked) << word << " " << source << ": " << asked.error().message;
      for (const std::string& query : {asked->value, asked->traffic, asked->newest}) {
        EXPECT_THAT(query, HasSubstr("shop-canary")) << word << " " << source;
        EXPECT_THAT(query, Not(HasSubstr("{{"))) << word << " " << source;
      }
    }
  }
}

TEST(ReadyMade, ErrorRateCountsOnlyWhatHasACode) {
  const auto asked = questions_about(using_ready_made(model::ready_made::http_error_rate), shop(), side::canary);
  EXPECT_EQ(asked->value,
            R"((sum(rate(http_requests_total{namespace="web",service="shop-canary",code=~"5.."}[60s])) or vector(0)))"
            R"( / sum(rate(http_requests_total{namespace="web",service="shop-canary",code!=""}[60s])))");
  EXPECT_EQ(asked->traffic, R"x(sum(increase(http_requests_total{namespace="web",service="shop-canary",code!=""}[60s])))x");
  EXPECT_EQ(asked->newest, R"x(max(timestamp(http_requests_total{namespace="web",service="shop-canary",code!=""})))x");
}

TEST(ReadyMade, OfEnvoyKeepsTheSidesApartAndIsInSeconds) {
  const auto of_stable = questions_about(using_ready_made(model::ready_made::http_p99, model::request_source::envoy), shop(), side::stable);
  EXPECT_EQ(of_stable->value,
            R"x(histogram_quantile(0.99, sum by (le) (rate(envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name=~"web_shop_[^_]+"}[60s]))) * 0.001)x");
}

TEST(ReadyMade, SlowShareNamesTheBucketInTheHistogramsUnit) {
  model::metric_gate gate = using_ready_made(model::ready_made::http_slow_share);
  gate.slower_than = 250ms;
  EXPECT_THAT(questions_about(gate, shop(), side::canary)->value, HasSubstr(R"(le=~"0.25|0.25[.]0")"));
  gate.from = model::request_source::envoy;
  EXPECT_THAT(questions_about(gate, shop(), side::canary)->value, HasSubstr(R"(le=~"250|250[.]0")"));
}

TEST(ReadyMade, NeedsTenRequestsUnlessToldOtherwise) {
  model::metric_gate gate = using_ready_made(model::ready_made::http_p99);
  EXPECT_EQ(min_samples_of(gate), 10);
  gate.measuring.min_samples = 3;
  EXPECT_EQ(min_samples_of(gate), 3);
  EXPECT_EQ(min_samples_of(using_ready_made(model::ready_made::uptime)), 1);
  EXPECT_EQ(min_samples_of(model::metric_gate{}), 1);
}

}  // namespace
}  // namespace leadsman::analysis
