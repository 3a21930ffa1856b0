#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/input/action_inputs.hpp"
#include "action/input/request.hpp"

namespace leadsman::action {
namespace {

using ::testing::HasSubstr;

arguments for_shop(std::string chart, std::string repo = "") {
  arguments given;
  given.release = "shop";
  given.inputs = {.chart = std::move(chart), .repo = std::move(repo), .name_space = "web"};
  return given;
}

TEST(PackRequest, LeavesToTheAgentWhatItFetches) {
  const arguments given = for_shop("shop@1.2.3", "https://charts.example.com");
  const auto where = find_target(given, {});
  ASSERT_TRUE(where) << where.error().message;
  const auto packed = pack_request(*where, given, {});
  ASSERT_TRUE(packed) << packed.error().message;
  EXPECT_EQ(packed->archive, "");
  ASSERT_TRUE(packed->fetched);
  EXPECT_EQ(packed->fetched->address, "https://charts.example.com");
  EXPECT_EQ(packed->request.chart.source, "shop@1.2.3 of https://charts.example.com");
  EXPECT_EQ(packed->request.chart.digest, "") << "known when it has been fetched";
}

TEST(PackRequest, AsksForTheRepositoryWhenThereIsNoSuchFolder) {
  const arguments given = for_shop("shop@1.2.3");
  const auto packed = pack_request(*find_target(given, {}), given, {});
  ASSERT_FALSE(packed);
  EXPECT_THAT(packed.error().message, HasSubstr("for a chart of a repository, say its address: repo"));
}

TEST(ActionInputs, NameChartAndRepository) {
  std::map<std::string, std::string, std::less<>> variables;
  variables["INPUT_CHART"] = "shop@1.2.3";
  variables["INPUT_REPO"] = "https://charts.example.com";
  const auto a = read_action_inputs(environment(variables));
  ASSERT_TRUE(a) << a.error().message;
  EXPECT_EQ(a->inputs.chart, "shop@1.2.3");
  EXPECT_EQ(a->inputs.repo, "https://charts.example.com");
}

}  // namespace
}  // namespace leadsman::action
