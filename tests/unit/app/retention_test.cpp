#include "app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

result<config> read_retention_of(const std::string& lines) {
  return parse_config("listen: 127.0.0.1:8080\nstate: /var/lib/leadsman\nclusters: {default: {in-cluster: true}}\n" + lines, "agent.yaml", {});
}

TEST(Retention, IsNinetyDaysAndTwentyDeploymentsUnlessSaidOtherwise) {
  for (const char* lines : {"", "retention: {}\n"}) {
    const auto read = read_retention_of(lines);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->retention.max_age, 90 * 24h);
    EXPECT_EQ(read->retention.keep_per_release, 20);
  }
}

TEST(Retention, IsReadInDaysAndDeployments) {
  const auto read = read_retention_of("retention: {days: 7, keep-per-release: 3}\n");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->retention.max_age, 7 * 24h);
  EXPECT_EQ(read->retention.keep_per_release, 3);
}

struct wrong_retention {
  const char* lines;
  std::vector<std::string> says;
};

TEST(Retention, SaysWhereAndWhatIsWrong) {
  const std::vector<wrong_retention> cases{
      {"retention: {days: 0}\n", {"retention.days", "0", "1", "3650"}},
      {"retention: {days: 90d}\n", {"retention.days", "90d"}},
      {"retention: {keep-per-release: 0}\n", {"retention.keep-per-release", "1000"}},
      {"retention: {keep_per_release: 5}\n", {"keep_per_release", "did you mean 'keep-per-release'"}},
      {"retention: 90\n", {"retention", "number"}},
  };
  for (const wrong_retention& c : cases) {
    SCOPED_TRACE(c.lines);
    const auto read = read_retention_of(c.lines);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, errc::invalid_input);
    EXPECT_THAT(read.error().field, HasSubstr("agent.yaml:4"));
    for (const std::string& text : c.says) EXPECT_THAT(read.error().field + " " + read.error().message, HasSubstr(text));
  }
}

}  // namespace
}  // namespace leadsman::app
