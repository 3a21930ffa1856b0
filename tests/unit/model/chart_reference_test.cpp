#include "model/chart_reference.hpp"

#include <gmock/gmock.h>

namespace leadsman::model {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string k_digest = "sha256:" + std::string(63, '0') + "a";

TEST(ChartReference, OfARegistryHasATagADigestOrBoth) {
  const std::string shop = "oci://ghcr.example.com/acme/shop";
  EXPECT_EQ(parse_chart_reference(shop + ":1.2.3", "").value(),
            (chart_reference{chart_place::registry, shop, "shop", "1.2.3", ""}));
  EXPECT_EQ(parse_chart_reference(shop + "@" + k_digest, "").value(),
            (chart_reference{chart_place::registry, shop, "shop", "", k_digest}));
  EXPECT_EQ(parse_chart_reference(shop + ":v1.2.3-rc.1@" + k_digest, "").value(),
            (chart_reference{chart_place::registry, shop, "shop", "v1.2.3-rc.1", k_digest}));
  EXPECT_EQ(parse_chart_reference("oci://LocalHost:5000/shop:1.2.3+b.4", "").value(),
            (chart_reference{chart_place::registry, "oci://localhost:5000/shop", "shop", "1.2.3+b.4", ""}));
}

TEST(ChartReference, OfARepositoryHasNameAndVersion) {
  EXPECT_EQ(parse_chart_reference("shop@1.2.3", "https://Charts.example.com/stable/").value(),
            (chart_reference{chart_place::repository, "https://charts.example.com/stable", "shop", "1.2.3", ""}));
  EXPECT_EQ(parse_chart_reference("my_shop.v2@v0.1.0", "http://127.0.0.1:8080")->name, "my_shop.v2");
}

TEST(ChartReference, IsWrittenAsItIsRead) {
  for (const std::string& text : std::vector<std::string>{"oci://h/shop:1.2.3", "oci://h/shop@" + k_digest, "oci://h:1/a/shop:1.2.3@" + k_digest}) {
    EXPECT_EQ(to_string(parse_chart_reference(text, "").value()), text);
  }
  EXPECT_EQ(to_string(parse_chart_reference("shop@1.2.3", "https://c").value()), "shop@1.2.3 of https://c");
}

struct bad_reference {
  const char* name;
  std::string chart, repo;
  const char* field;
  const char* says;
};

TEST(ChartReference, SaysWhatIsWrongWithEachForm) {
  const std::string k_repo = "https://c.example.com";
  for (const bad_reference& c : std::vector<bad_reference>{
           {"no version", "oci://h/shop", "", "chart", "says no version; expected is oci://h/shop:1.2.3 or oci://h/shop@sha256:…"},
           {"a word for a tag", "oci://h/shop:latest", "", "chart", "'latest' is not one version"},
           {"a range for a tag", "oci://h/shop:1.2", "", "chart", "'1.2' is not one version"},
           {"no tag after the colon", "oci://h/shop:", "", "chart", "'' is not one version"},
           {"no chart", "oci://h:5000", "", "chart", "names a registry and no chart in it"},
           {"no chart but a slash", "oci://h/", "", "chart", "names a registry and no chart in it"},
           {"no host", "oci:///shop:1.2.3", "", "chart", "names no host"},
           {"a port that is none", "oci://h:http/shop:1.2.3", "", "chart", "names no host"},
           {"a short digest", "oci://h/shop@sha256:abc", "", "chart", "'sha256:abc' is no digest"},
           {"an upper-case digest", "oci://h/shop@sha256:" + std::string(64, 'A'), "", "chart", "64 lower-case hexadecimal digits"},
           {"another algorithm", "oci://h/shop@sha512:" + std::string(64, 'a'), "", "chart", "expected is sha256:"},
           {"upper case", "oci://h/Acme/shop:1.2.3", "", "chart", "'Acme' cannot be part of its path"},
           {"climbing", "oci://h/../shop:1.2.3", "", "chart", "'..' cannot be part of its path"},
           {"an empty part", "oci://h/acme//shop:1.2.3", "", "chart", "'' cannot be part of its path"},
           {"a query", "oci://h/shop?x=1:1.2.3", "", "chart", "has a '?' or '#'"},
           {"with repo", "oci://h/shop:1.2.3", k_repo, "repo", "leave it out"},
           {"an archive's address", "https://h/shop-1.2.3.tgz", "", "chart", "is no chart that can be fetched; expected is a folder, oci://"},
           {"another scheme", "ftp://h/shop", "", "chart", "is no chart that can be fetched"},
           {"no version beside repo", "shop", k_repo, "chart", "'shop' is no chart of a repository; beside repo, expected is its name and version"},
           {"a folder beside repo", "./charts/shop", k_repo, "chart", "is no chart of a repository"},
           {"a range beside repo", "shop@^1.2.3", k_repo, "chart", "neither a range"},
           {"two dots in a version", "shop@1..2", k_repo, "chart", "is not one version"},
           {"an empty pre-release", "shop@1.2.3-", k_repo, "chart", "is not one version"},
           {"no name", "@1.2.3", k_repo, "chart", "is no chart of a repository"},
           {"a name that is a flag", "-shop@1.2.3", k_repo, "chart", "is no chart of a repository"},
           {"a registry as repo", "shop@1.2.3", "oci://h/acme", "repo", "is said as chart: oci://host/path/name:1.2.3"},
           {"no scheme", "shop@1.2.3", "c.example.com", "repo", "begins with oci:// or https://"},
           {"a query in repo", "shop@1.2.3", k_repo + "?a", "repo", "has a '?' or '#'"},
           {"an escape in repo", "shop@1.2.3", k_repo + "/%2e%2e", "repo", "cannot be part of its path"},
           {"a long repo", "shop@1.2.3", k_repo + "/" + std::string(1000, 'a'), "repo", "is longer than 1000"},
       }) {
    const auto parsed = parse_chart_reference(c.chart, c.repo);
    ASSERT_FALSE(parsed) << c.name;
    EXPECT_EQ(parsed.error().code, errc::invalid_input) << c.name;
    EXPECT_EQ(parsed.error().field, c.field) << c.name;
    EXPECT_THAT(parsed.error().message, HasSubstr(c.says)) << c.name;
  }
}

TEST(ChartReference, NeverRepeatsAPasswordThatStandsInAnAddress) {
  using words = std::pair<const char*, const char*>;
  for (const auto& [chart, repo] : std::vector<words>{{"oci://ann:hunter22@h/shop:1.2.3", ""},
                                                      {"https://ann:hunter22@h/shop.tgz", ""},
                                                      {"shop@1.2.3", "https://ann:hunter22@h"},
                                                      {"oci://ann:hunter22@h", ""}}) {
    const auto parsed = parse_chart_reference(chart, repo);
    ASSERT_FALSE(parsed) << chart;
    EXPECT_THAT(parsed.error().message, Not(HasSubstr("hunter22")));
  }
  EXPECT_THAT(parse_chart_reference("shop@1.2.3", "https://ann:hunter22@h").error().message, HasSubstr("holds a user or a password"));
}

TEST(ChartReference, IsToldFromAFolder) {
  EXPECT_FALSE(is_fetched("charts/shop", ""));
  EXPECT_FALSE(is_fetched("shop@1.2.3", "")) << "a folder may be called so";
  EXPECT_TRUE(is_fetched("shop@1.2.3", "https://c"));
  EXPECT_TRUE(is_fetched("oci://h/shop:1.2.3", ""));
  EXPECT_TRUE(is_named_version("shop@1.2.3"));
  EXPECT_FALSE(is_named_version("./shop@1.2.3"));
  EXPECT_FALSE(is_named_version("shop"));
}

TEST(ChartAddress, TellsItsHost) {
  EXPECT_EQ(host_of("oci://127.0.0.1:5000/acme/shop"), "127.0.0.1:5000");
  EXPECT_EQ(host_of("https://charts.example.com"), "charts.example.com");
}

}  // namespace
}  // namespace leadsman::model
