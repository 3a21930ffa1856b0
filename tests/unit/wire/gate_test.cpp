#include "wire/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::wire {
namespace {

using namespace std::chrono_literals;
using model::metric_gate;
using nlohmann::json;
using testing::HasSubstr;

json gates_of(std::string_view text) { return json::parse(text); }

metric_gate metric(std::string_view text) {
  const auto gates = read_gates(json::array({{{"metric", gates_of(text)}}}), "gates");
  EXPECT_TRUE(gates) << text << ": " << gates.error().field << " " << gates.error().message;
  return gates ? std::get<metric_gate>(gates->at(0)) : metric_gate{};
}

TEST(Gates, OfNothingAreNone) { EXPECT_EQ(read_gates(nullptr, "gates"), std::vector<model::gate>{}); }

TEST(Gates, AreWordsAndMappings) {
  const auto gates = read_gates(gates_of(R"(["helm-test", {"metric": {"use": "http-error-rate", "max": "1%"}}, "health"])"), "gates");
  ASSERT_TRUE(gates) << gates.error().message;
  ASSERT_EQ(gates->size(), 3u);
  EXPECT_TRUE(std::holds_alternative<model::helm_test_gate>(gates->at(0)));
  EXPECT_EQ(std::get<metric_gate>(gates->at(1)).max, 0.01);
  EXPECT_EQ(std::get<model::health_gate>(gates->at(2)), model::health_gate{});
}

TEST(MetricGate, KnowsUnitAndDirectionOfWhatIsReadyMade) {
  const metric_gate errors = metric(R"({"use": "http-error-rate", "max": "1%"})");
  EXPECT_EQ(errors.name, "http-error-rate");
  EXPECT_EQ(errors.unit, model::unit::share);
  EXPECT_EQ(errors.from, model::request_source::app);
  const metric_gate p99 = metric(R"({"use": "http-p99", "from": "envoy", "max": "250ms"})");
  EXPECT_EQ(p99.max, 0.25);
  EXPECT_EQ(p99.unit, model::unit::seconds);
  EXPECT_EQ(p99.from, model::request_source::envoy);
  EXPECT_EQ(metric(R"({"use": "uptime", "min": "99.9%"})").better, model::better::higher);
}

TEST(MetricGate, ComparesWithStable) {
  const metric_gate gate = metric(R"({"use": "http-p99", "against": "stable", "tolerance": "10%", "good-enough": "20ms"})");
  EXPECT_EQ(gate.against, model::against::stable);
  EXPECT_EQ(gate.tolerance, 0.1);
  EXPECT_EQ(gate.good_enough, 0.02);
  EXPECT_FALSE(gate.max);
}

TEST(MetricGate, OfAQueryOfOnesOwn) {
  const metric_gate gate = metric(R"x({"name": "checkout-errors", "query": "sum(rate(errors{service=\"{{canary}}\"}[{{window}}]))", "max": 0.05,
    "interval": "30s", "count": 5, "failure-limit": 1, "inconclusive-limit": 2, "error-limit": 0, "window": "90s", "delay": "0s", "min-samples": 7, "stale-after": "1m"})x");
  EXPECT_EQ(gate.name, "checkout-errors");
  EXPECT_FALSE(gate.use);
  EXPECT_EQ(gate.max, 0.05);
  EXPECT_EQ(gate.unit, model::unit::number);
  const model::measuring pace{.interval = 30s, .count = 5, .window = 90s, .delay = 0ms, .failure_limit = 1, .inconclusive_limit = 2, .error_limit = 0, .min_samples = 7, .stale_after = 1min};
  EXPECT_EQ(gate.measuring, pace);
}

TEST(MetricGate, TakesTheUnitFromHowTheBoundIsWritten) {
  EXPECT_EQ(metric(R"({"name": "a", "query": "up", "max": "5%"})").unit, model::unit::share);
  EXPECT_EQ(metric(R"({"name": "a", "query": "up", "min": "2s"})").unit, model::unit::seconds);
  EXPECT_EQ(metric(R"({"name": "a", "query": "up", "max": "7"})").max, 7);
  EXPECT_EQ(metric(R"({"name": "a", "query": "up", "max": 0.2, "unit": "share"})").unit, model::unit::share);
}

TEST(Gates, ComeBackAsTheyWereWritten) {
  const auto gates = read_gates(gates_of(R"x(["helm-test",
    {"metric": {"use": "http-error-rate", "max": "1.25%", "advisory": true}},
    {"metric": {"use": "http-slow-share", "from": "envoy", "slower-than": "250ms", "max": "5%", "delay": "10s"}},
    {"metric": {"use": "uptime", "min": "99.9%", "min-samples": 3}},
    {"metric": {"use": "infrastructure", "min": "95%", "cpu": "70%"}},
    {"metric": {"use": "restarts", "max": 0}},
    {"metric": {"use": "http-p99", "against": "stable", "tolerance": "10%", "good-enough": "20ms", "max": "1s"}},
    {"metric": {"name": "own", "query": "f({{canary}})", "traffic": "g({{canary}})", "better": "higher", "against": "stable", "min": -3}},
    {"health": {"error-rate": "2%", "p99": "500ms", "uptime": false, "memory": "50%", "from": "envoy", "count": 2}}])x"),
                                "gates");
  ASSERT_TRUE(gates) << gates.error().field << " " << gates.error().message;
  const json written = gates_json(*gates);
  const auto again = read_gates(written, "gates");
  ASSERT_TRUE(again) << again.error().field << " " << again.error().message << written;
  EXPECT_EQ(*again, *gates);
  EXPECT_EQ(gates_json(*again), written);
}

TEST(Gates, AfterAnUpgradeCompareWithBefore) {
  const auto gates = read_gates(gates_of(R"(["health", {"metric": {"use": "http-p99", "against": "before", "tolerance": "10%"}}])"), "gates", gate_place::after_upgrade);
  ASSERT_TRUE(gates) << gates.error().message;
  EXPECT_EQ(std::get<metric_gate>(gates->at(1)).against, model::against::before);
  EXPECT_EQ(read_gates(gates_json(*gates), "gates", gate_place::after_upgrade), *gates);
}

TEST(Gates, CompareOnlyWithWhatThereIs) {
  struct {
    const char* gates;
    gate_place where;
    const char* field;
    const char* says;
  } const rows[] = {
      {R"(["health", "helm-test"])", gate_place::after_upgrade, "gates[1]", "run after each upgrade"},
      {R"([{"metric": {"use": "http-p99", "against": "stable"}}])", gate_place::after_upgrade, "gates[0].metric.against", "no stable version beside it to compare with; `against: before`"},
      {R"([{"metric": {"use": "http-p99", "against": "before"}}])", gate_place::beside_stable, "gates[0].metric.against", "`against: stable` compares with it"},
      {R"([{"metric": {"use": "http-p99", "tolerance": "5%", "max": "1s"}}])", gate_place::after_upgrade, "gates[0].metric.tolerance", "add `against: stable` (of a canary) or `against: before`"},
      {R"([{"metric": {"use": "http-p99", "against": "stabel"}}])", gate_place::beside_stable, "gates[0].metric.against", "did you mean 'stable'?"},
      {R"([{"metric": {"use": "http-throughput", "max": 3}}])", gate_place::beside_stable, "gates[0].metric.max", "good when it is high; use min"},
  };
  for (const auto& row : rows) {
    const auto gates = read_gates(gates_of(row.gates), "gates", row.where);
    ASSERT_FALSE(gates) << row.gates;
    EXPECT_EQ(gates.error().field, row.field);
    EXPECT_THAT(gates.error().message, HasSubstr(row.says));
  }
}

result<model::measured_release> measured_of(std::string_view text) {
  const json body = gates_of(text);
  document::object_reader in(body, "releases.shop");
  return read_measured_release(in);
}

TEST(MeasuredRelease, IsSourceServiceAndGates) {
  const auto measured = measured_of(R"({"metrics": {"prometheus": {"address": "http://p"}}, "service": "shop-web", "gates": ["health"]})");
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ(measured->metrics->plugin, "prometheus");
  EXPECT_EQ(measured->service, "shop-web");
  json written = json::object();
  add_measured_release(written, *measured);
  document::object_reader again(written, "");
  EXPECT_EQ(read_measured_release(again), *measured);
  EXPECT_EQ(measured_of("{}"), model::measured_release{});
}

TEST(MeasuredRelease, NeedsASourceForItsGates) {
  const auto without = measured_of(R"({"gates": ["health"]})");
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().field, "releases.shop.metrics");
  EXPECT_THAT(without.error().message, HasSubstr("say where"));
  const auto wrong = measured_of(R"({"service": "Shop_web"})");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().field, "releases.shop.service");
}

struct wrong_case {
  const char* name;
  const char* gates;
  const char* field;
  const char* says;
};

void PrintTo(const wrong_case& c, std::ostream* out) { *out << c.name; }

class WrongGates : public testing::TestWithParam<wrong_case> {};

TEST_P(WrongGates, AreRefusedWithTheField) {
  const auto gates = read_gates(gates_of(GetParam().gates), "gates");
  ASSERT_FALSE(gates);
  EXPECT_EQ(gates.error().code, errc::invalid_input);
  EXPECT_EQ(gates.error().field, GetParam().field) << gates.error().message;
  EXPECT_THAT(gates.error().message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Item, WrongGates,
    testing::Values(
        wrong_case{"NoList", R"({"metric": {}})", "gates", "expected a list of gates"},
        wrong_case{"UnknownGate", R"(["helm-tset"])", "gates[0]", "did you mean 'helm-test'?"},
        wrong_case{"Number", R"(["health", 5])", "gates[1]", "expected one gate"},
        wrong_case{"TwoInOne", R"([{"metric": {}, "health": {}}])", "gates[0]", "a mapping with 2 keys"},
        wrong_case{"HelmTestWithSettings", R"([{"helm-test": {"timeout": "1m"}}])", "gates[0].helm-test", "nothing to be set"},
        wrong_case{"TwoOfOneName", R"(["health", "health"])", "gates[1]", "there is a gate 'health' already"},
        wrong_case{"MetricWithoutAnything", R"(["helm-test", {"metric": {}}])", "gates[1].metric.use", "is required"},
        wrong_case{"MetricOfNothing", R"(["metric"])", "gates[0].metric", "expected a mapping"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

#define METRIC(text) "[{\"metric\": {" text "}}]"
INSTANTIATE_TEST_SUITE_P(
    Metric, WrongGates,
    testing::Values(
        wrong_case{"UnknownReadyMade", METRIC(R"("use": "http-eror-rate", "max": "1%")"), "gates[0].metric.use", "did you mean 'http-error-rate'?"},
        wrong_case{"UnknownKey", METRIC(R"("use": "http-p99", "maxx": "1s", "max": "1s")"), "gates[0].metric.maxx", "did you mean 'max'?"},
        wrong_case{"MaxMissing", METRIC(R"("use": "http-p99")"), "gates[0].metric.max", "is required"},
        wrong_case{"MinMissing", METRIC(R"("use": "uptime")"), "gates[0].metric.min", "is required"},
        wrong_case{"BoundOnTheWrongSide", METRIC(R"("use": "uptime", "max": "99%")"), "gates[0].metric.max", "good when it is high; use min"},
        wrong_case{"MinOfAnErrorRate", METRIC(R"("use": "http-error-rate", "max": "1%", "min": "0.1%")"), "gates[0].metric.min", "use max"},
        wrong_case{"ShareOfOne", METRIC(R"("use": "http-error-rate", "max": 1)"), "gates[0].metric.max", "did you mean 1%?"},
        wrong_case{"ShareOfEverything", METRIC(R"("use": "http-error-rate", "max": "100%")"), "gates[0].metric.max", "cannot fail"},
        wrong_case{"ShareOfMore", METRIC(R"("use": "http-error-rate", "max": "101%")"), "gates[0].metric.max", "0% to 100%"},
        wrong_case{"NegativeShare", METRIC(R"("use": "http-error-rate", "max": "-1%")"), "gates[0].metric.max", "0% to 100%"},
        wrong_case{"TimeForAShare", METRIC(R"("use": "http-error-rate", "max": "1s")"), "gates[0].metric.max", "expected a share"},
        wrong_case{"NumberForATime", METRIC(R"("use": "http-p99", "max": 250)"), "gates[0].metric.max", "write 250ms or 250s"},
        wrong_case{"ShareForATime", METRIC(R"("use": "http-p99", "max": "5%")"), "gates[0].metric.max", "expected a time"},
        wrong_case{"ShareForACount", METRIC(R"("use": "restarts", "max": "5%")"), "gates[0].metric.max", "expected a plain number"},
        wrong_case{"Nonsense", METRIC(R"("use": "http-p99", "max": "soon")"), "gates[0].metric.max", "found the text 'soon'"},
        wrong_case{"ToleranceAlone", METRIC(R"("use": "http-p99", "max": "1s", "tolerance": "10%")"), "gates[0].metric.tolerance", "against: stable"},
        wrong_case{"GoodEnoughAlone", METRIC(R"("use": "http-p99", "max": "1s", "good-enough": "1ms")"), "gates[0].metric.good-enough", "against: stable"},
        wrong_case{"AgainstSomethingElse", METRIC(R"("use": "http-p99", "against": "baseline")"), "gates[0].metric.against", "allowed is one of stable or before"},
        wrong_case{"ComparedWithItself", METRIC(R"("name": "a", "query": "up", "against": "stable")"), "gates[0].metric.query", "would be the same query"},
        wrong_case{"IntervalWithoutUnit", METRIC(R"("use": "http-p99", "max": "1s", "interval": "5")"), "gates[0].metric.interval", "not a duration"},
        wrong_case{"IntervalAsNumber", METRIC(R"("use": "http-p99", "max": "1s", "interval": 5)"), "gates[0].metric.interval", "write 5s or 5m"},
        wrong_case{"NegativeWindow", METRIC(R"("use": "http-p99", "max": "1s", "window": "-1m")"), "gates[0].metric.window", "not a duration"},
        wrong_case{"NoInterval", METRIC(R"("use": "http-p99", "max": "1s", "interval": "0s")"), "gates[0].metric.interval", "out of range"},
        wrong_case{"CannotFail", METRIC(R"("use": "http-p99", "max": "1s", "count": 3, "failure-limit": 3)"), "gates[0].metric.failure-limit", "cannot fail"},
        wrong_case{"NoLooks", METRIC(R"("use": "http-p99", "max": "1s", "count": 0)"), "gates[0].metric.count", "out of range"},
        wrong_case{"UseAndQuery", METRIC(R"("use": "http-p99", "query": "up", "max": "1s")"), "gates[0].metric.query", "not with `use`"},
        wrong_case{"SourceOfPods", METRIC(R"("use": "cpu", "from": "envoy", "max": "80%")"), "gates[0].metric.from", "unknown key"},
        wrong_case{"SlowWithoutBound", METRIC(R"("use": "http-slow-share", "max": "5%")"), "gates[0].metric.slower-than", "is required"},
        wrong_case{"UnnamedQuery", METRIC(R"("query": "up", "max": 1)"), "gates[0].metric.name", "is required"},
        wrong_case{"BadName", METRIC(R"("name": "A b", "query": "up", "max": 1)"), "gates[0].metric.name", "is no name"},
        wrong_case{"UnknownVariable", METRIC(R"("name": "a", "query": "up{a=\"{{canry}}\"}", "max": 1)"), "gates[0].metric.query", "did you mean '{{canary}}'?"},
        wrong_case{"UnknownVariableOfTraffic", METRIC(R"("name": "a", "query": "up", "traffic": "{{x}}", "max": 1)"), "gates[0].metric.traffic", "unknown variable"},
        wrong_case{"BoundsOfTwoUnits", METRIC(R"("name": "a", "query": "up", "max": "5%", "min": "1s")"), "gates[0].metric.min", "expected a share"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

#define HEALTH(text) "[{\"health\": {" text "}}]"
INSTANTIATE_TEST_SUITE_P(
    Health, WrongGates,
    testing::Values(
        wrong_case{"UnknownCheck", HEALTH(R"("error_rate": "5%")"), "gates[0].health.error_rate", "did you mean 'error-rate'?"},
        wrong_case{"TimeAsNumber", HEALTH(R"("p99": 1000)"), "gates[0].health.p99", "write 1000ms or 1000s"},
        wrong_case{"PercentAsNumber", HEALTH(R"("cpu": 80)"), "gates[0].health.cpu", "did you mean 80%?"},
        wrong_case{"EverythingOff", HEALTH(R"("error-rate": false, "p99": "off", "infrastructure": false, "response-time": false, "uptime": false)"), "gates[0].health.error-rate", "every check is off"}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(MetricSource, IsAPluginAndItsConfiguration) {
  const json written{{"prometheus", {{"address", "http://prometheus:9090"}}}};
  const auto source = read_metric_source(written, "metrics");
  ASSERT_TRUE(source && *source);
  EXPECT_EQ((*source)->plugin, "prometheus");
  EXPECT_EQ(metric_source_json(*source), written);
  EXPECT_FALSE(read_metric_source(nullptr, "metrics").value());
  EXPECT_EQ(metric_source_json(std::nullopt), nullptr);
}

TEST(MetricSource, SaysWhatIsWrong) {
  struct {
    json value;
    const char* field;
  } const rows[] = {
      {"prometheus", "metrics"},
      {{{"prometheus", {{"a", 1}}}, {"datadog", {{"a", 1}}}}, "metrics"},
      {{{"../x", {{"a", 1}}}}, "metrics"},
      {{{"prometheus", "http://x"}}, "metrics.prometheus"},
  };
  for (const auto& row : rows) {
    const auto source = read_metric_source(row.value, "metrics");
    ASSERT_FALSE(source) << row.value;
    EXPECT_EQ(source.error().field, row.field) << row.value;
  }
}

}  // namespace
}  // namespace leadsman::wire
