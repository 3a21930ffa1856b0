#include "helm/repository_index.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace leadsman::helm {
namespace {

using testing::HasSubstr;

constexpr const char* k_index = R"(apiVersion: v1
entries:
  cart:
  - version: 1.2.3
    digest: cccc
    urls: [cart-1.2.3.tgz]
  shop:
  - apiVersion: v2
    dependencies:
    - name: common
      version: 9.9.9
      digest: dddd
    digest: aaaa
    name: shop
    maintainers: [{name: Ann, url: "https://ann.example.com"}]
    urls:
    - charts/shop-1.2.4.tgz
    - https://mirror.example.com/shop-1.2.4.tgz
    version: 1.2.4
  - digest: sha256:bbbb
    urls:
    - https://cdn.example.com/shop-1.2.3.tgz
    version: "1.2.3"
generated: "2026-11-27T07:54:22Z"
)";

result<index_entry> find(const std::string& text, std::string_view name, std::string_view version) {
  std::istringstream in(text);
  return find_in_index(in, name, version);
}

TEST(RepositoryIndex, GivesAddressAndDigestOfOneVersion) {
  const auto newest = find(k_index, "shop", "1.2.4");
  ASSERT_TRUE(newest) << newest.error().message;
  EXPECT_EQ(newest->url, "charts/shop-1.2.4.tgz");
  EXPECT_EQ(newest->sha256, "aaaa");
  const auto older = find(k_index, "shop", "1.2.3");
  ASSERT_TRUE(older);
  EXPECT_EQ(older->url, "https://cdn.example.com/shop-1.2.3.tgz");
  EXPECT_EQ(older->sha256, "bbbb");
}

TEST(RepositoryIndex, MayBeJsonAndHaveNoDigest) {
  const auto found = find(R"({"entries": {"shop": [{"version": "1.0.0", "urls": ["a.tgz"], "digest": null}]}})", "shop", "1.0.0");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->url, "a.tgz");
  EXPECT_EQ(found->sha256, "");
}

TEST(RepositoryIndex, SaysWhatThereIsInstead) {
  EXPECT_EQ(find(k_index, "shop", "9.9.9").error().code, errc::not_found);
  EXPECT_THAT(find(k_index, "shop", "9.9.9").error().message, HasSubstr("no version 9.9.9 of 'shop'; it has 1.2.4, 1.2.3"));
  EXPECT_THAT(find(k_index, "common", "9.9.9").error().message, HasSubstr("no chart 'common'"));
  EXPECT_EQ(find("apiVersion: v1\nentries: {}\n", "shop", "1.0.0").error().code, errc::not_found);
}

TEST(RepositoryIndex, ThatIsNoneIsSaidToBe) {
  for (const char* text : {"", "<html>no</html>", "- a\n- b\n", "entries: [\n", "entries: x\n", "a: {b: c}\n", "\t: \xff"}) {
    const auto found = find(text, "shop", "1.0.0");
    ASSERT_FALSE(found) << text;
    EXPECT_EQ(found.error().code, errc::invalid_input) << text;
  }
}

TEST(RepositoryIndex, MayBeNestedAsDeepAsItLikesAndIsNoneThen) {
  EXPECT_EQ(find("entries: {shop: " + std::string(100'000, '[') + "}", "shop", "1.0.0").error().code, errc::invalid_input);
}

TEST(IndexUrl, IsTakenFromTheRepositorysAddress) {
  EXPECT_EQ(resolve_index_url("https://c/stable", "shop-1.tgz"), "https://c/stable/shop-1.tgz");
  EXPECT_EQ(resolve_index_url("https://c/stable", "/all/shop-1.tgz"), "https://c/all/shop-1.tgz");
  EXPECT_EQ(resolve_index_url("https://c", "/shop-1.tgz"), "https://c/shop-1.tgz");
  EXPECT_EQ(resolve_index_url("https://c/stable", "https://cdn/shop-1.tgz"), "https://cdn/shop-1.tgz");
}

}  // namespace
}  // namespace leadsman::helm
