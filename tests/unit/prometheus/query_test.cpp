#include "plugins/prometheus/query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::prometheus {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

json params(const json& config) { return {{"config", config}, {"query", "up"}, {"at", nullptr}, {"timeout_s", 9.5}}; }

TEST(Query, IsReadFromWhatTheAgentAsks) {
  const query read = read_query({{"config", {{"address", "http://p:9090/"}, {"tenant", "acme"}}}, {"query", "up"}, {"at", 12.5}, {"timeout_s", 2}}, {});
  EXPECT_EQ(read.address, "http://p:9090");
  EXPECT_EQ(read.tenant, "acme");
  EXPECT_EQ(read.text, "up");
  EXPECT_EQ(read.at, 12.5);
  EXPECT_EQ(read.timeout, 2s);
}

TEST(Query, IsAFormThatNothingBreaksOutOf) {
  query asked;
  asked.text = "rate(a{b=\"c&d\"}[1m]) + 1";
  asked.timeout = 9500ms;
  EXPECT_EQ(form_of(asked), "query=rate%28a%7Bb%3D%22c%26d%22%7D%5B1m%5D%29%20%2B%201&timeout=9500ms");
  asked.at = 1764240000.5;
  EXPECT_THAT(form_of(asked), HasSubstr("&time=1764240000.500"));
}

TEST(Query, GoesToTheOperatorsAddressAlone) {
  const operators_choice operators{"https://prometheus.example.com/", "", ""};
  EXPECT_EQ(read_query(params(json::object()), operators).address, "https://prometheus.example.com");
  EXPECT_EQ(read_query(params({{"address", "https://prometheus.example.com"}}), operators).address, "https://prometheus.example.com");
  EXPECT_THROW(read_query(params({{"address", "https://elsewhere.example.com"}}), operators), sdk::refusal);
}

TEST(Query, SaysWhatIsWrong) {
  struct {
    json params;
    const char* says;
  } const rows[] = {
      {json::object(), "config: is required"},
      {params(json::object()), "config.address: is required"},
      {params({{"address", 5}}), "config.address: expected a string"},
      {params({{"address", "http://p"}, {"adress", "http://p"}}), "config.adress"},
      {{{"config", {{"address", "http://p"}}}, {"query", ""}}, "query: is empty"},
      {{{"config", {{"address", "http://p"}}}, {"query", "up"}, {"timeout_s", 0}}, "timeout_s"},
      {{{"config", {{"address", "http://p"}}}, {"query", "up"}, {"timeout_s", 301}}, "timeout_s"},
      {{{"config", {{"address", "http://p"}}}, {"query", "up"}, {"more", 1}}, "more"},
  };
  for (const auto& row : rows) {
    try {
      read_query(row.params, {});
      FAIL() << row.params;
    } catch (const sdk::refusal& r) {
      EXPECT_EQ(r.code(), sdk::code::invalid_params);
      EXPECT_THAT(r.what(), HasSubstr(row.says));
    }
  }
}

}  // namespace
}  // namespace leadsman::prometheus
