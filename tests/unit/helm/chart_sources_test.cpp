#include "helm/chart_sources.hpp"

#include <gtest/gtest.h>

#include "real_helm.hpp"

namespace leadsman::helm {
namespace {

chart_sources two_registries() {
  return {.allowed = {{.prefix = "oci://ghcr.example.com/acme", .ca_file = "wide"},
                      {.prefix = "oci://ghcr.example.com/acme/secret", .ca_file = "narrow"},
                      {.prefix = "https://charts.example.com"}}};
}

std::string found_by(std::string_view address) {
  const auto found = find_source(two_registries(), address);
  return found ? found->prefix : "none";
}

TEST(ChartSources, AllowNothingThatIsNotNamed) {
  EXPECT_FALSE(find_source({}, "oci://ghcr.example.com/acme/shop"));
  EXPECT_EQ(found_by("oci://ghcr.example.com/other/shop"), "none");
  EXPECT_EQ(found_by("oci://evil.example.com/acme/shop"), "none");
  EXPECT_EQ(found_by("https://ghcr.example.com/acme/shop"), "none");
}

TEST(ChartSources, MatchWholePartsOfThePath) {
  EXPECT_EQ(found_by("oci://ghcr.example.com/acme/shop"), "oci://ghcr.example.com/acme");
  EXPECT_EQ(found_by("oci://ghcr.example.com/acme-evil/shop"), "none");
  EXPECT_EQ(found_by("oci://ghcr.example.com"), "none");
  EXPECT_EQ(found_by("https://charts.example.com"), "https://charts.example.com");
  EXPECT_EQ(found_by("https://charts.example.com/stable"), "https://charts.example.com");
  EXPECT_EQ(found_by("https://charts.example.com.evil.com"), "none");
  EXPECT_EQ(found_by("https://charts.example.com:444"), "none");
}

TEST(ChartSources, ThatAreMoreExactWin) {
  EXPECT_EQ(found_by("oci://ghcr.example.com/acme/secret/shop"), "oci://ghcr.example.com/acme/secret");
}

TEST(ChartSources, OfAnEmbeddedAgentAreTheUsersOwn) {
  const chart_sources own{.anything = true, .docker_config_file = "/home/ann/config.json"};
  const auto found = find_source(own, "oci://ghcr.example.com/acme/shop");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->docker_config_file, "/home/ann/config.json");
  EXPECT_FALSE(found->plain_http);
  EXPECT_TRUE(find_source(own, "oci://127.0.0.1:5000/shop")->plain_http);
  EXPECT_TRUE(find_source(own, "http://localhost:8080")->plain_http);
  EXPECT_FALSE(find_source(own, "oci://127.evil.example.com/shop")->plain_http);
  EXPECT_FALSE(find_source(own, "http://charts.example.com")) << "unencrypted, over the net";
}

TEST(ChartSources, HoldAlsoForWhatAnIndexNames) {
  const chart_sources sources = two_registries();
  EXPECT_TRUE(may_fetch_archive(sources, "https://charts.example.com/shop-1.2.3+b4.tgz?token=x"));
  for (const char* url : {"https://169.254.169.254/latest", "http://charts.example.com/shop.tgz", "https://charts.example.com@evil.com/shop.tgz", "https://charts.example.com/../x",
                          "https://charts.example.com/%2e%2e/x", "https://charts.example.com\\@evil.com/x", "oci://ghcr.example.com/acme/shop:1.2.3", "file:///etc/passwd", ""}) {
    EXPECT_FALSE(may_fetch_archive(sources, url)) << url;
  }
}

TEST(ChartLogin, IsReadFromTheMountedFilesEachTime) {
  const scratch folder("leadsman-login");
  const chart_source source{.prefix = "oci://h", .user_file = folder.write("user", "ann\n"), .password_file = folder.write("password", "one\n")};
  EXPECT_EQ(read_login(source).value()->user, "ann");
  EXPECT_EQ(read_login(source).value()->password, "one");
  folder.write("password", "two");
  EXPECT_EQ(read_login(source).value()->password, "two");
  EXPECT_FALSE(read_login({.prefix = "oci://h"}).value());
}

TEST(ChartLogin, ThatCannotBeReadIsAnErrorAndNotNoLogin) {
  const scratch folder("leadsman-no-login");
  const std::string user = folder.write("user", "ann"), empty = folder.write("empty", "\n");
  for (const std::string& file : {folder.path("none"), empty, folder.path("")}) {
    const auto read = read_login({.prefix = "oci://h", .user_file = user, .password_file = file});
    ASSERT_FALSE(read) << file;
    EXPECT_EQ(read.error().code, errc::unavailable);
  }
}

}  // namespace
}  // namespace leadsman::helm
