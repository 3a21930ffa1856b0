#include "app/chart_config.hpp"

#include <gmock/gmock.h>

#include "document/yaml.hpp"

namespace leadsman::app {
namespace {

using testing::HasSubstr;

result<helm::chart_sources> read_sources(const std::string& text) {
  return read_chart_sources(document::parse_yaml(text, "agent.yaml").value().value);
}

TEST(ChartConfig, AllowsNothingUnlessItIsSaid) {
  for (const char* text : {"", "{}", "sources: []", "sources:"}) {
    const auto sources = read_sources(text);
    ASSERT_TRUE(sources) << text;
    EXPECT_TRUE(sources->allowed.empty());
    EXPECT_FALSE(sources->anything);
  }
}

TEST(ChartConfig, ReadsEverySource) {
  const auto sources = read_sources(R"(
sources:
- {prefix: oci://GHCR.example.com/acme/, username-file: /s/username, password-file: /s/password, ca-file: /s/ca.crt}
- {prefix: oci://charts.internal:5000, docker-config-file: /s/.dockerconfigjson, plain-http: true}
- {prefix: http://charts.tools, plain-http: true}
)");
  ASSERT_TRUE(sources) << sources.error().message;
  ASSERT_EQ(sources->allowed.size(), 3u);
  EXPECT_EQ(sources->allowed[0].prefix, "oci://ghcr.example.com/acme");
  EXPECT_EQ(sources->allowed[0].user_file, "/s/username");
  EXPECT_EQ(sources->allowed[0].password_file, "/s/password");
  EXPECT_EQ(sources->allowed[0].ca_file, "/s/ca.crt");
  EXPECT_FALSE(sources->allowed[0].plain_http);
  EXPECT_EQ(sources->allowed[1].docker_config_file, "/s/.dockerconfigjson");
  EXPECT_TRUE(sources->allowed[1].plain_http);
}

struct bad_source {
  const char* text;
  const char* field;
  const char* says;
};

TEST(ChartConfig, SaysWhatIsWrong) {
  for (const bad_source& c : std::vector<bad_source>{
           {"sources: {}", "charts.sources", "expected a list of sources"},
           {"source: []", "charts.source", "did you mean 'sources'?"},
           {"sources: [{}]", "charts.sources[0].prefix", "is required"},
           {"sources: [{prefix: ghcr.example.com}]", "charts.sources[0].prefix", "begins with oci:// or https://"},
           {"sources: [{prefix: 'https://ann:secret@h'}]", "charts.sources[0].prefix", "holds a user or a password"},
           {"sources: [{prefix: 'oci://h/*'}]", "charts.sources[0].prefix", "cannot be part of its path"},
           {"sources: [{prefix: http://h}]", "charts.sources[0].prefix", "is not encrypted"},
           {"sources: [{prefix: https://h, plain-http: true}]", "charts.sources[0].plain-http", "contradicts the prefix"},
           {"sources: [{prefix: oci://h, plain-http: true, ca-file: /c}]", "charts.sources[0].ca-file", "has no use"},
           {"sources: [{prefix: oci://h, username-file: /u}]", "charts.sources[0].password-file", "is required beside"},
           {"sources: [{prefix: oci://h, password-file: /p}]", "charts.sources[0].username-file", "is required beside"},
           {"sources: [{prefix: oci://h, username-file: /u, password-file: /p, docker-config-file: /d}]", "charts.sources[0].docker-config-file", "give one of the two"},
           {"sources: [{prefix: https://h, docker-config-file: /d}]", "charts.sources[0].docker-config-file", "is for registries"},
           {"sources: [{prefix: oci://h, pasword-file: /d}]", "charts.sources[0].pasword-file", "did you mean 'password-file'?"},
           {"sources: [{prefix: oci://h}, {prefix: oci://H/}]", "charts.sources[1].prefix", "stands twice"},
       }) {
    const auto sources = read_sources(c.text);
    ASSERT_FALSE(sources) << c.text;
    EXPECT_EQ(sources.error().field, c.field) << c.text;
    EXPECT_THAT(sources.error().message, HasSubstr(c.says)) << c.text;
  }
}

TEST(ChartsOfUser, TakeTheLoginThatTheEnvironmentNames) {
  EXPECT_TRUE(charts_of_user({}).anything);
  EXPECT_EQ(charts_of_user({}).docker_config_file, "");
  EXPECT_EQ(charts_of_user({{"DOCKER_CONFIG", "/d"}}).docker_config_file, "/d/config.json");
  EXPECT_EQ(charts_of_user({{"DOCKER_CONFIG", "/d"}, {"HELM_REGISTRY_CONFIG", "/h.json"}}).docker_config_file, "/h.json");
}

}  // namespace
}  // namespace leadsman::app
