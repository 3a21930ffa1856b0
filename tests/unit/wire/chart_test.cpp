#include "wire/chart.hpp"

#include <gtest/gtest.h>

namespace leadsman::wire {
namespace {

using nlohmann::json;

TEST(ChartRequest, ReadsWhatItWrites) {
  for (const json& body : {json{{"chart", "oci://h/shop:1.2.3@sha256:" + std::string(64, 'a')}},
                           json{{"chart", "shop@1.2.3"}, {"repo", "https://charts.example.com"}}}) {
    const auto parsed = parse_chart_request(body);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(chart_request_json(*parsed), body);
  }
}

TEST(ChartRequest, SaysWhatIsWrong) {
  EXPECT_EQ(parse_chart_request(json::object()).error().field, "chart");
  EXPECT_EQ(parse_chart_request({{"chart", 5}}).error().field, "chart");
  EXPECT_EQ(parse_chart_request({{"chart", "charts/shop"}}).error().field, "chart");
  EXPECT_EQ(parse_chart_request({{"chart", "shop@1.2.3"}, {"rpeo", "https://c"}}).error().field, "rpeo");
}

TEST(FetchedChart, ReadsWhatItWritesAndWhatANewerAgentAdds) {
  const model::fetched_chart chart{std::string(64, 'b'), "shop", "1.2.3", "sha256:c"};
  json written = fetched_chart_json(chart);
  written["more"] = 1;
  EXPECT_EQ(parse_fetched_chart(written), chart);
  EXPECT_FALSE(fetched_chart_json({"d", "shop", "1.2.3", ""}).contains("manifest_digest"));
  EXPECT_FALSE(parse_fetched_chart(json::array()));
}

}  // namespace
}  // namespace leadsman::wire
