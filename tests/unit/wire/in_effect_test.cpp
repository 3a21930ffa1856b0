#include "wire/in_effect.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace leadsman::wire {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(ReadInEffect, IsAbsentUnlessItIsSaid) { EXPECT_EQ(read_traffic_check(json(), "in-effect").value(), std::nullopt); }

TEST(ReadInEffect, CountersHaveMoreTime) {
  const auto by_probe = read_traffic_check(json::parse(R"({"probe": {"url": "http://a.test", "header": "X-Version"}})"), "in-effect").value();
  EXPECT_EQ(by_probe->timeout, 1min);
  EXPECT_EQ(by_probe->samples, 100);
  const auto by_counters = read_traffic_check(json::parse(R"({"counters": "app"})"), "in-effect").value();
  EXPECT_EQ(by_counters->timeout, 2min);
  EXPECT_EQ(by_counters->counters, model::request_source::app);
  EXPECT_EQ(read_traffic_check(traffic_check_json(by_counters), "in-effect").value(), by_counters);
}

TEST(ReadInEffect, AnAddressMayWaitForItsEnvironment) {
  const auto read = read_traffic_check(json::parse(R"({"probe": {"url": "https://{environment}.shop.test/v", "header": "X-Version", "host": "{environment}.shop"}})"), "in-effect");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((*read)->probe->url, "https://{environment}.shop.test/v");
}

struct wrong_in_effect {
  const char* text;
  const char* field;
  const char* says;
};

TEST(ReadInEffect, NamesTheFieldThatIsWrong) {
  const std::vector<wrong_in_effect> cases{
      {R"({})", "in-effect.probe", "say either probe, with a URL, or counters"},
      {R"({"probe": {"url": "http://a", "header": "X"}, "counters": "envoy"})", "in-effect.probe", "say either"},
      {R"(["probe"])", "in-effect", "expected a mapping"},
      {R"({"counters": "nginx"})", "in-effect.counters", "app or envoy"},
      {R"({"counters": "envoy", "sample": 3})", "in-effect.sample", "samples"},
      {R"({"counters": "envoy", "samples": 3})", "in-effect.samples", "10"},
      {R"({"counters": "envoy", "timeout": 30})", "in-effect.timeout", "30s"},
      {R"({"counters": "envoy", "otherwise": "warn"})", "in-effect.otherwise", "abort or go-on"},
      {R"({"probe": "http://a"})", "in-effect.probe", "expected a mapping such as"},
      {R"({"probe": {"header": "X"}})", "in-effect.probe.url", "required"},
      {R"({"probe": {"url": "ftp://a", "header": "X"}})", "in-effect.probe.url", "http(s)://"},
      {R"({"probe": {"url": "http://a"}})", "in-effect.probe.header", "one of the two"},
      {R"({"probe": {"url": "http://a", "header": "X", "json": "/v"}})", "in-effect.probe.header", "one of the two"},
      {R"({"probe": {"url": "http://a", "header": "X Y"}})", "in-effect.probe.header", "not the name of a header"},
      {R"({"probe": {"url": "http://a", "json": "version"}})", "in-effect.probe.json", "begins with a slash"},
      {R"({"probe": {"url": "http://a", "header": "X", "host": "b/c"}})", "in-effect.probe.host", "not the name of a host"},
      {R"({"probe": {"url": "http://a", "head": "X"}})", "in-effect.probe.header", "one of the two"},
  };
  for (const wrong_in_effect& c : cases) {
    const auto read = read_traffic_check(json::parse(c.text), "in-effect");
    ASSERT_FALSE(read) << c.text;
    EXPECT_EQ(read.error().field, c.field) << c.text;
    EXPECT_THAT(read.error().message, HasSubstr(c.says)) << c.text;
  }
}

}  // namespace
}  // namespace leadsman::wire
