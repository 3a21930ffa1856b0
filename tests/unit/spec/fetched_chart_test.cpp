#include <gmock/gmock.h>

#include "spec/spec.hpp"

namespace leadsman::spec {
namespace {

using testing::HasSubstr;

spec_file with_release(const std::string& lines) {
  auto file = load_spec("releases:\n  shop:\n    namespace: web\n" + lines, "deploy/leadsman.yaml");
  EXPECT_TRUE(file) << file.error().field << ": " << file.error().message;
  return file ? *file : spec_file{};
}

const std::string k_of_repository = "    chart: shop@1.2.3\n    repo: https://charts.example.com\n";

TEST(FetchedChart, OfARegistryIsNoFolder) {
  const auto resolved = resolve(with_release("    chart: oci://h/acme/shop:1.2.3\n"), "", "");
  ASSERT_TRUE(resolved) << resolved.error().message;
  ASSERT_TRUE(resolved->fetched);
  EXPECT_EQ(resolved->fetched->address, "oci://h/acme/shop");
  EXPECT_EQ(resolved->chart, "oci://h/acme/shop:1.2.3");
}

TEST(FetchedChart, OfARepositoryTakesBothKeys) {
  const auto resolved = resolve(with_release(k_of_repository), "", "");
  ASSERT_TRUE(resolved) << resolved.error().message;
  ASSERT_TRUE(resolved->fetched);
  EXPECT_EQ(resolved->fetched->place, model::chart_place::repository);
  EXPECT_EQ(resolved->chart, "shop@1.2.3 of https://charts.example.com");
}

TEST(FetchedChart, MayBeAnotherOneInEachEnvironment) {
  const auto file = with_release("    chart: oci://{environment}.example.com/shop:1.2.3\n");
  EXPECT_EQ(resolve(file, "", "staging")->fetched->address, "oci://staging.example.com/shop");
  const auto wrong = resolve(file, "", "a b");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().field, "deploy/leadsman.yaml:4");
  EXPECT_THAT(wrong.error().message, HasSubstr("names no host"));
}

TEST(FetchedChart, OfAnInputWinsOverTheFile) {
  const auto file = with_release(k_of_repository);
  EXPECT_FALSE(resolve(file, "", "", {.chart = "charts/shop"})->fetched) << "a folder has no repository";
  EXPECT_EQ(resolve(file, "", "", {.chart = "oci://h/shop:2.0.0"})->fetched->address, "oci://h/shop");
  const auto newer = resolve(file, "", "", {.chart = "shop@2.0.0"});
  EXPECT_EQ(newer->fetched->address, "https://charts.example.com") << "another version of the same repository";
  EXPECT_EQ(newer->fetched->version, "2.0.0");
  EXPECT_EQ(resolve(file, "", "", {.repo = "https://mirror"})->fetched->address, "https://mirror");
  EXPECT_EQ(resolve(file, "", "", {.chart = "cart@1.0.0", .repo = "https://mirror"})->fetched->name, "cart");
  const auto folder = resolve(with_release("    chart: charts/shop\n"), "", "", {.chart = "shop@2.0.0"});
  EXPECT_FALSE(folder->fetched) << "without a repository it is a folder's name";
}

TEST(FetchedChart, NamesTheInputThatIsWrong) {
  const auto file = with_release(k_of_repository);
  EXPECT_EQ(resolve(file, "", "", {.chart = "oci://h/shop"}).error().field, "chart");
  EXPECT_EQ(resolve(file, "", "", {.repo = "charts.example.com"}).error().field, "repo");
  EXPECT_EQ(resolve_inputs("shop", "", {.chart = "shop@1", .repo = "https://c", .name_space = "web"}).error().field, "chart");
}

}  // namespace
}  // namespace leadsman::spec
