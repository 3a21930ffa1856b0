#include <gmock/gmock.h>

#include "base/text.hpp"
#include "spec/spec.hpp"

namespace leadsman::spec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

spec_file loaded(std::string_view text, std::string_view name = "deploy/leadsman.yaml") {
  auto file = load_spec(text, name);
  EXPECT_TRUE(file) << file.error().field << ": " << file.error().message;
  return file ? *file : spec_file{};
}

constexpr const char* k_two = R"(agent: https://all.example.com
releases:
  shop:
    chart: ../charts/shop
    namespace: shop
    values: [values.yaml, "values.{environment}.yaml"]
    set: [a=1]
    set-string: [image.tag=old, b=2]
    timeout: 10m
    tests: skip
  cart: { chart: /charts/cart, namespace: "cart-{environment}" }
environments:
  staging: {}
  production: { cluster: prod, namespace: live, values: [live.yaml], agent: "https://live.example.com" }
)";

TEST(Resolve, PutsReleaseAndEnvironmentTogether) {
  const auto resolved = resolve(loaded(k_two), "shop", "production");
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_EQ(resolved->id, (model::release_id{"prod", "live", "shop"}));
  EXPECT_EQ(resolved->environment, "production");
  EXPECT_EQ(resolved->agent, "https://live.example.com");
  EXPECT_EQ(resolved->chart, "charts/shop");
  EXPECT_THAT(resolved->values,
              ElementsAre("deploy/values.yaml", "deploy/values.production.yaml", "deploy/live.yaml"));
  EXPECT_EQ(resolved->policy.timeout, 10min);
}

TEST(Resolve, FallsBackToWhatIsSaidForAll) {
  const auto resolved = resolve(loaded(k_two), "cart", "staging");
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_EQ(resolved->id, (model::release_id{"default", "cart-staging", "cart"}));
  EXPECT_EQ(resolved->agent, "https://all.example.com");
  EXPECT_EQ(resolved->chart, "/charts/cart");
  EXPECT_EQ(resolved->policy, model::policy{});
}

TEST(Resolve, LetsInputsWin) {
  overrides inputs{.chart = "other",
                   .name_space = "mine",
                   .cluster = "c2",
                   .agent = "http://localhost:1",
                   .values = {"x-{environment}.yaml"},
                   .set = {"image.tag=new"},
                   .set_string = {"b=3"}};
  set_choice(inputs, "timeout", "90s");
  set_choice(inputs, "force-conflicts", "true");
  set_choice(inputs, "server-side", "false");
  set_choice(inputs, "history-max", "50");
  const auto resolved = resolve(loaded(k_two), "shop", "staging", inputs);
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_EQ(resolved->id, (model::release_id{"c2", "mine", "shop"}));
  EXPECT_EQ(resolved->agent, "http://localhost:1");
  EXPECT_EQ(resolved->chart, "other");
  EXPECT_THAT(resolved->values,
              ElementsAre("deploy/values.yaml", "deploy/values.staging.yaml", "x-staging.yaml"));
  EXPECT_THAT(resolved->set, ElementsAre("a=1", "image.tag=new"));
  EXPECT_THAT(resolved->set_string, ElementsAre("b=2", "b=3"))
      << "the file's image.tag would win over the input's";
  EXPECT_EQ(resolved->policy.timeout, 90s);
  EXPECT_TRUE(resolved->policy.force_conflicts);
  EXPECT_EQ(resolved->policy.server_side, model::server_side::never);
  EXPECT_EQ(resolved->policy.history_max, 50);
  EXPECT_EQ(resolved->policy.tests, model::tests::skip) << "said in the file only";
}

TEST(Resolve, ImpliesTheOnlyRelease) {
  const auto file = loaded("releases:\n  shop: {chart: c, namespace: web}\n", "leadsman.yaml");
  const auto resolved = resolve(file, "", "");
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_EQ(resolved->id.name, "shop");
  EXPECT_EQ(resolved->chart, "c");
  EXPECT_EQ(resolve(file, "", "any name will do")->environment, "any name will do");
}

struct bad_call {
  const char* name;
  const char* release;
  const char* environment;
  overrides inputs;
  errc code;
  const char* at;
  const char* says;
};

TEST(Resolve, SaysWhatIsKnownAndWhatIsMissing) {
  const spec_file file = loaded(k_two);
  overrides bad_choice, unknown_choice;
  set_choice(bad_choice, "tests", "skipp");
  set_choice(unknown_choice, "timeot", "5m");
  const std::vector<bad_call> cases{
      {"which release",
       "",
       "staging",
       {},
       errc::invalid_input,
       "release",
       "say which release: one of cart or shop"},
      {"unknown release",
       "shp",
       "staging",
       {},
       errc::not_found,
       "release",
       "deploy/leadsman.yaml has no release 'shp'; did you mean 'shop'? there is one of cart or shop"},
      {"which environment",
       "shop",
       "",
       {},
       errc::invalid_input,
       "environment",
       "say which environment: one of production or staging"},
      {"unknown environment",
       "shop",
       "stagin",
       {},
       errc::not_found,
       "environment",
       "did you mean 'staging'?"},
      {"environment that climbs",
       "shop",
       "../x",
       {},
       errc::invalid_input,
       "environment",
       "is not a valid name"},
      {"namespace",
       "shop",
       "staging",
       {.name_space = "A B"},
       errc::invalid_input,
       "namespace",
       "'A B' is not a valid name"},
      {"chart", "shop", "staging", {.chart = "oci://x/y"}, errc::invalid_input, "chart", "says no version"},
      {"repo", "shop", "staging", {.repo = "https://c"}, errc::invalid_input,
       "deploy/leadsman.yaml:4", "'../charts/shop' is no chart of a repository"},
      {"placeholder",
       "shop",
       "staging",
       {.values = {"{enviroment}.yaml"}},
       errc::invalid_input,
       "values",
       "unknown placeholder"},
      {"set", "shop", "staging", {.set = {"hunter22"}}, errc::invalid_input, "set", "expected name=value"},
      {"choice", "shop", "staging", bad_choice, errc::invalid_input, "tests", "did you mean 'skip'?"},
      {"unknown choice", "shop", "staging", unknown_choice, errc::invalid_input, "timeot",
       "did you mean 'timeout'?"},
  };
  for (const bad_call& c : cases) {
    const auto resolved = resolve(file, c.release, c.environment, c.inputs);
    ASSERT_FALSE(resolved) << c.name;
    EXPECT_EQ(resolved.error().code, c.code) << c.name;
    EXPECT_EQ(resolved.error().field, c.at) << c.name;
    EXPECT_THAT(resolved.error().message, HasSubstr(c.says)) << c.name;
    EXPECT_THAT(resolved.error().message, testing::Not(HasSubstr("hunter22"))) << c.name;
  }
}

TEST(Resolve, NamesTheLineThatNeedsAnEnvironment) {
  const auto file = loaded(
      "releases:\n  shop:\n    chart: c\n    namespace: web\n    values:\n    - v.yaml\n    - "
      "v-{environment}.yaml\n",
      "leadsman.yaml");
  const auto resolved = resolve(file, "", "");
  ASSERT_FALSE(resolved);
  EXPECT_EQ(resolved.error().field, "leadsman.yaml:7");
  EXPECT_THAT(resolved.error().message, HasSubstr("'v-{environment}.yaml' needs an environment"));
}

TEST(Resolve, WantsANamespaceFromSomewhere) {
  const auto resolved = resolve(loaded("releases:\n  shop: {chart: c}\n", "leadsman.yaml"), "", "");
  ASSERT_FALSE(resolved);
  EXPECT_EQ(resolved.error().message,
            "the namespace is not known; write it in leadsman.yaml at releases.shop, or say it");
}

TEST(ResolveInputs, NeedsNoFile) {
  overrides inputs{
      .chart = "./charts/shop/", .name_space = "shop", .values = {"v-{environment}.yaml"}, .set = {"a=1"}};
  set_choice(inputs, "on-failure", "keep");
  const auto resolved = resolve_inputs("shop", "staging", inputs);
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_EQ(resolved->id, (model::release_id{"default", "shop", "shop"}));
  EXPECT_EQ(resolved->chart, "./charts/shop/");
  EXPECT_THAT(resolved->values, ElementsAre("v-staging.yaml"));
  EXPECT_EQ(resolved->policy.on_failure, model::on_failure::keep);
  EXPECT_EQ(resolve_inputs("", "", inputs).error().field, "release");
  EXPECT_EQ(resolve_inputs("Shop", "s", inputs).error().field, "release");
  inputs.name_space.clear();
  EXPECT_EQ(resolve_inputs("shop", "s", inputs).error().field, "namespace");
  inputs.chart.clear();
  inputs.name_space = "n";
  EXPECT_EQ(resolve_inputs("shop", "s", inputs).error().field, "chart");
}

TEST(SetChoice, TakesAnyTextWithoutFailing) {
  for (const char* text : {"", "[", "a: b", "~", "\xff"}) {
    overrides inputs{.chart = "c", .name_space = "n"};
    set_choice(inputs, "timeout", text);
    EXPECT_FALSE(resolve_inputs("shop", "", inputs)) << text;
  }
}

// The parser's own complaint lists what it allows.
TEST(ChoiceWords, AreExactlyThoseThatTheParserAllows) {
  const auto words = choice_words();
  for (const std::string& name : choice_names()) {
    overrides inputs{.chart = "c", .name_space = "n"};
    set_choice(inputs, name, "nonsense");
    const auto refused = resolve_inputs("shop", "", inputs);
    ASSERT_FALSE(refused) << name;
    const bool is_choice = refused.error().message.find("is not known; allowed is ") != std::string::npos;
    EXPECT_EQ(words.contains(name), is_choice) << name;
    if (is_choice) {
      EXPECT_THAT(refused.error().message, HasSubstr("allowed is " + one_of(words.at(name)))) << name;
    }
  }
}

}  // namespace
}  // namespace leadsman::spec
