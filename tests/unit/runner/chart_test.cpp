#include "runner/chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace leadsman::runner {
namespace {

using helm::apply_method;
using testing::ElementsAre;
using testing::HasSubstr;

struct apply_case {
  const char* name;
  model::server_side wish;
  bool exists;
  std::optional<apply_method> made_by;
  apply_method expected;
};

void PrintTo(const apply_case& c, std::ostream* out) { *out << c.name; }

class ApplyMethod : public testing::TestWithParam<apply_case> {};

TEST_P(ApplyMethod, IsTheUsersChoiceOrTheReleases) {
  model::policy policy;
  policy.server_side = GetParam().wish;
  std::optional<helm::release> before;
  if (GetParam().exists) before.emplace().apply = GetParam().made_by;
  EXPECT_EQ(helm::to_string(apply_method_of(policy, before)), helm::to_string(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    Chart, ApplyMethod,
    testing::Values(apply_case{"NewRelease", model::server_side::automatic, false, {}, apply_method::server_side},
                    apply_case{"ServerSideSoFar", model::server_side::automatic, true, apply_method::server_side, apply_method::server_side},
                    apply_case{"ClientSideSoFar", model::server_side::automatic, true, apply_method::client_side, apply_method::client_side},
                    apply_case{"MadeByAHelmThatKnewOnlyClientSide", model::server_side::automatic, true, {}, apply_method::client_side},
                    apply_case{"AlwaysOverAClientSideRelease", model::server_side::always, true, apply_method::client_side, apply_method::server_side},
                    apply_case{"NeverForANewRelease", model::server_side::never, false, {}, apply_method::client_side},
                    apply_case{"NeverOverAServerSideRelease", model::server_side::never, true, apply_method::server_side, apply_method::client_side}),
    [](const auto& tested) { return std::string(tested.param.name); });

model::deployment_request with_values() {
  model::deployment_request r;
  r.values = {{"base.yaml", "a: 1"}, {"prod.yaml", "a: 2"}};
  r.set = {"b=1"};
  r.set_string = {"c=1"};
  return r;
}

TEST(ValuesInput, TakesTheRequestsValuesInTheirOrder) {
  const auto input = values_input_of(with_values(), {});
  ASSERT_TRUE(input) << input.error().message;
  ASSERT_EQ(input->files.size(), 2u);
  EXPECT_EQ(input->files[0].name, "base.yaml");
  EXPECT_EQ(input->files[1].text, "a: 2");
  EXPECT_THAT(input->set, ElementsAre("b=1"));
  EXPECT_THAT(input->set_string, ElementsAre("c=1"));
}

TEST(ValuesInput, KnowsTheChartsOwnDefaults) {
  const test::temporary_folder chart;
  chart.write("values.yaml", "replicas: 3\n");
  const auto input = values_input_of(with_values(), chart.path());
  ASSERT_TRUE(input) << input.error().message;
  EXPECT_EQ(nlohmann::json(input->chart_defaults), (nlohmann::json{{"replicas", 3}}));
}

TEST(ValuesInput, OfAChartWithoutDefaultsIsTheRequests) {
  const test::temporary_folder chart;
  EXPECT_TRUE(values_input_of(with_values(), chart.path()));
}

TEST(ValuesInput, SaysWhereTheChartsDefaultsAreBroken) {
  const test::temporary_folder chart;
  chart.write("values.yaml", "a: 1\nb: [\n");
  const auto input = values_input_of(with_values(), chart.path());
  ASSERT_FALSE(input);
  EXPECT_THAT(input.error().field + input.error().message, HasSubstr("values.yaml"));
}

}  // namespace
}  // namespace leadsman::runner
