#include <gmock/gmock.h>

#include "spec/spec.hpp"

namespace leadsman::spec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(LoadSpec, ReadsEverythingThatCanBeSaid) {
  const auto loaded = load_spec(R"(
agent: https://leadsman.example.com
releases:
  shop:
    chart: charts/shop
    namespace: shop
    values: [values.yaml, "values.{environment}.yaml"]
    set:
      image.tag: v2
      replicas: 3
      debug: false
      note: a, b
    set-string: ["build=0042"]
    strategy: rolling
    timeout: 10m
    tests: allow-missing
    on-failure: keep
    on-first-failure: keep
    without-way-back: refuse
    on-cancel: continue
    when-busy: supersede
    stuck-release: recover
    wait: legacy
    server-side: true
    force-conflicts: true
    prove-tests: false
    history-max: 30
environments:
  staging:
  production: { cluster: prod, namespace: shop-live, values: live.yaml, agent: "https://live.example.com" }
)",
                                "leadsman.yaml");
  ASSERT_TRUE(loaded) << loaded.error().field << ": " << loaded.error().message;
  EXPECT_EQ(loaded->agent, "https://leadsman.example.com");
  const release_spec& shop = loaded->releases.at("shop");
  EXPECT_EQ(shop.chart, "charts/shop");
  EXPECT_EQ(shop.name_space, "shop");
  EXPECT_THAT(shop.values, ElementsAre("values.yaml", "values.{environment}.yaml"));
  EXPECT_THAT(shop.set, ElementsAre("debug=false", "image.tag=v2", "note=a\\, b", "replicas=3"));
  EXPECT_THAT(shop.set_string, ElementsAre("build=0042"));
  model::policy expected;
  expected.timeout = 10min;
  expected.tests = model::tests::allow_missing;
  expected.on_failure = model::on_failure::keep;
  expected.on_first_failure = model::on_first_failure::keep;
  expected.without_way_back = model::without_way_back::refuse;
  expected.on_cancel = model::on_cancel::proceed;
  expected.when_busy = model::when_busy::supersede;
  expected.stuck_release = model::stuck_release::recover;
  expected.wait = model::wait_strategy::legacy;
  expected.server_side = model::server_side::always;
  expected.force_conflicts = true;
  expected.prove_tests = false;
  expected.history_max = 30;
  EXPECT_EQ(shop.policy, expected);
  EXPECT_EQ(loaded->environments.size(), 2u);
  EXPECT_EQ(loaded->environments.at("production").cluster, "prod");
  EXPECT_THAT(loaded->environments.at("production").values, ElementsAre("live.yaml"));
}

struct bad_spec {
  const char* name;
  std::string text;
  const char* at;
  const char* says;
};

std::string release_with(const std::string& line) {
  return "releases:\n  shop:\n    chart: c\n    " + line + "\n";
}

TEST(LoadSpec, NamesTheLineAndWhatIsAllowed) {
  const std::vector<bad_spec> cases{
      {"empty file", "", "leadsman.yaml", "expected a mapping, found nothing"},
      {"no YAML", "releases: [\n", "leadsman.yaml:2", "is not valid YAML"},
      {"unknown at the top", "relases:\n  shop: {chart: c}\n", "leadsman.yaml:1", "did you mean 'releases'?"},
      {"no releases", "agent: x\n", "leadsman.yaml",
       "releases expected a mapping of releases, found nothing"},
      {"empty releases", "agent: x\nreleases: {}\n", "leadsman.yaml:2", "has no release"},
      {"release is a list", "releases: [a]\n", "leadsman.yaml:1", "found a list"},
      {"bad release name", "releases:\n  Shop: {chart: c}\n", "leadsman.yaml:2",
       "'Shop' is not a valid name"},
      {"unknown key", release_with("timeuot: 5m"), "leadsman.yaml:4",
       "unknown key 'timeuot'; did you mean 'timeout'?"},
      {"typo in chart", "releases:\n  shop:\n    chrt: c\n", "leadsman.yaml:3", "did you mean 'chart'?"},
      {"no chart", "releases:\n  shop:\n    timeout: 5m\n", "leadsman.yaml:2",
       "releases.shop.chart is required"},
      {"key twice", release_with("chart: d"), "leadsman.yaml:4", "stands twice"},
      {"wrong type", release_with("timeout: 5"), "leadsman.yaml:4", "expected text, found the number 5"},
      {"bad duration", release_with("timeout: 5 minutes"), "leadsman.yaml:4", "is not a duration"},
      {"bad choice", release_with("on-failure: rolback"), "leadsman.yaml:4",
       "allowed is one of rollback or keep (did you mean 'rollback'?)"},
      {"boolean as a choice", release_with("tests: true"), "leadsman.yaml:4",
       "'true' is not known; allowed is one of require"},
      {"out of range", release_with("history-max: 1"), "leadsman.yaml:4", "allowed is 5 to 1000"},
      {"unknown strategy", release_with("strategy: roling"), "leadsman.yaml:4",
       "'roling' is not known; allowed is one of rolling or canary (did you mean 'rolling'?)"},
      {"canary without a router", release_with("strategy: canary"), "leadsman.yaml:2", "is required: at least the router"},
      {"a canary that is none", release_with("canary: {router: {}}"), "leadsman.yaml:4", "is for strategy: canary, and the strategy is rolling"},
      {"blue-green", release_with("strategy: blue-green"), "leadsman.yaml:4", "is not available yet"},
      {"rainbow", release_with("strategy: rainbow"), "leadsman.yaml:4", "is not available yet"},
      {"needs", release_with("needs: [db]"), "leadsman.yaml:4", "releases.shop.needs is not available yet"},
      {"schedules", "schedules: {}\n" + release_with(""), "leadsman.yaml:1", "is not available yet"},
      {"approval", release_with("") + "environments:\n  p: {approval: {}}\n", "leadsman.yaml:6",
       "is not available yet"},
      {"registry chart without version", "releases:\n  shop: {chart: \"oci://r/c\"}\n", "leadsman.yaml:2",
       "releases.shop.chart says no version"},
      {"repository chart without version", release_with("repo: https://c"), "leadsman.yaml:3",
       "releases.shop.chart 'c' is no chart of a repository"},
      {"repository that is a registry", "releases:\n  shop:\n    chart: c@1.2.3\n    repo: oci://r\n",
       "leadsman.yaml:4", "releases.shop.repo is for repositories"},
      {"namespace", release_with("namespace: My Shop"), "leadsman.yaml:4", "'My Shop' is not a valid name"},
      {"placeholder", release_with("values: [a.yaml, \"v.{env}.yaml\"]"), "leadsman.yaml:4",
       "unknown placeholder '{env}'; known is {environment}"},
      {"values item", release_with("values: [a.yaml, 5]"), "leadsman.yaml:4",
       "releases.shop.values[1] expected text, found the number 5"},
      {"set without =", release_with("set: [image.tag]"), "leadsman.yaml:4",
       "releases.shop.set[0] expected name=value"},
      {"set without name", release_with("set: =x"), "leadsman.yaml:4",
       "releases.shop.set expected name=value"},
      {"set of a number with a dot", release_with("set: {image.tag: 1.10}"), "leadsman.yaml:4",
       "put it in quotes"},
      {"set-string of a number", release_with("set-string: {image.tag: 0123}"), "leadsman.yaml:4",
       "put it in quotes"},
      {"set of a list", release_with("set: {a: [1]}"), "leadsman.yaml:4",
       "expected a single value, found a list"},
      {"environment name", release_with("") + "environments:\n  ../p: {}\n", "leadsman.yaml:6",
       "'../p' is not a valid name"},
      {"environment key", release_with("") + "environments:\n  p: {clustr: x}\n", "leadsman.yaml:6",
       "did you mean 'cluster'?"},
  };
  for (const bad_spec& c : cases) {
    const auto loaded = load_spec(c.text, "leadsman.yaml");
    ASSERT_FALSE(loaded) << c.name;
    EXPECT_EQ(loaded.error().field, c.at) << c.name << ": " << loaded.error().message;
    EXPECT_THAT(loaded.error().message, HasSubstr(c.says)) << c.name;
  }
}

}  // namespace
}  // namespace leadsman::spec
