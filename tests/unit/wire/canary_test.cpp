#include "wire/canary.hpp"

#include <gmock/gmock.h>

namespace leadsman::wire {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using namespace std::chrono_literals;

json body() { return json::parse(R"({"router": {"gateway-api": {"route": "shop", "service": "shop"}}})"); }

TEST(ReadCanary, HasTheUsualStepsUnlessItSaysSo) {
  const auto read = read_canary(body(), "canary");
  ASSERT_TRUE(read) << read.error().field << ": " << read.error().message;
  std::vector<int> weights;
  for (const auto& s : read->steps) weights.push_back(s.weight);
  EXPECT_THAT(weights, testing::ElementsAre(5, 10, 25, 50, 75, 100));
  for (const auto& s : read->steps) {
    EXPECT_EQ(s.pause, std::chrono::milliseconds(0));
    EXPECT_EQ(s.gates, std::vector<model::gate>{model::helm_test_gate{}});
  }
  EXPECT_EQ(read->scale, model::canary_scale::proportional);
  EXPECT_EQ(read->when_aborted, model::aborted_canary::remove);
}

TEST(ReadCanary, ReadsWhatItWrites) {
  json full = body();
  full["steps"] = json::parse(R"([
    {"weight": 0, "match": {"header": "X-Canary", "value": "yes"}, "pause": "until-promoted"},
    {"weight": 10, "pause": "2m", "gates": ["helm-test", "health"]},
    {"weight": 60, "match": [{"cookie": "beta", "value": "1"}], "gates": []},
    100])");
  full["router"]["gateway-api"]["canary-service"] = "shop-new";
  full["metrics"] = {{"prometheus", {{"address", "http://127.0.0.1:9090"}}}};
  full["values"] = json::array({{{"name", "c.yaml"}, {"content", "a: 1"}}});
  full["replicas"] = 3;
  full["on-abort"] = "keep";
  full["foreign-edits"] = "abort";
  full["hooks"] = "at-promotion";
  full["settle"] = "250ms";
  full["in-effect"] = json::parse(R"({"probe": {"url": "https://shop.test/version?a=1", "host": "shop.test", "json": "/version", "canary": "v2*"}, "samples": 200, "timeout": "5m", "otherwise": "go-on"})");
  full["pause"] = "1s";
  const auto first = read_canary(full, "canary");
  ASSERT_TRUE(first) << first.error().field << ": " << first.error().message;
  EXPECT_EQ(first->steps[0].pause, std::nullopt);
  EXPECT_EQ(first->steps[0].matches[0].name, "X-Canary");
  EXPECT_EQ(first->steps[1].pause, 2min);
  EXPECT_EQ(first->steps[2].matches[0].kind, model::traffic_match::by::cookie);
  EXPECT_TRUE(first->steps[2].gates.empty());
  EXPECT_EQ(first->steps[3].pause, 1s);
  EXPECT_EQ(first->router.canary_service, "shop-new");
  EXPECT_THAT(first->router.config, testing::Not(HasSubstr("canary-service")));
  EXPECT_EQ(first->replicas, 3);
  EXPECT_EQ(first->settle, 250ms);
  ASSERT_TRUE(first->in_effect && first->in_effect->probe);
  EXPECT_EQ(first->in_effect->probe->json, "/version");
  EXPECT_EQ(first->in_effect->samples, 200);
  EXPECT_EQ(first->in_effect->timeout, 5min);
  EXPECT_EQ(first->in_effect->otherwise, model::unconfirmed::go_on);
  const auto second = read_canary(canary_json(*first), "canary");
  ASSERT_TRUE(second) << second.error().field << ": " << second.error().message;
  EXPECT_EQ(canary_json(*second), canary_json(*first));
  EXPECT_EQ(second->steps, first->steps);
  EXPECT_EQ(second->router, first->router);
  EXPECT_EQ(second->metrics, first->metrics);
  EXPECT_EQ(*second, *first);
}

TEST(ReadCanary, NamesTheFieldThatIsWrong) {
  struct bad_case {
    const char* name;
    const char* pointer;
    json value;
    const char* field;
  };
  const std::vector<bad_case> cases{
      {"weight 0 for nobody", "/steps", json::array({0, 10}), "canary.steps[0].weight"},
      {"no steps", "/steps", json::array(), "canary.steps"},
      {"a word as a step", "/steps", json::array({"ten"}), "canary.steps[0]"},
      {"header and cookie", "/steps", json::parse(R"([{"weight": 0, "match": {"header": "a", "cookie": "b", "value": "c"}}])"), "canary.steps[0].match.header"},
      {"neither header nor cookie", "/steps", json::parse(R"([{"weight": 0, "match": {"value": "c"}}])"), "canary.steps[0].match.header"},
      {"no value", "/steps", json::parse(R"([{"weight": 0, "match": {"header": "a"}}])"), "canary.steps[0].match.value"},
      {"pause too long", "/pause", "200h", "canary.pause"},
      {"pause of 5", "/pause", 5, "canary.pause"},
      {"no replicas", "/replicas", 0, "canary.replicas"},
      {"unknown word", "/replicas", "some", "canary.replicas"},
      {"unknown mode", "/mode", "values", "canary.mode"},
      {"measures nowhere", "/gates", json::array({"health"}), "canary.metrics"},
      {"service of a wrong kind", "/router/gateway-api/service", 7, "canary.router.gateway-api.service"},
      {"nobody would get stable", "/at-end", "keep", "canary.at-end"},
      {"unknown key", "/step", 1, "canary.step"},
      {"after and pause", "/steps", json::parse(R"([5, {"weight": 10, "after": "5m", "pause": "1m"}])"), "canary.steps[1].pause"},
      {"a pause among times", "/steps", json::parse(R"([{"weight": 5, "pause": "1m"}, {"weight": 10, "after": "5m"}])"), "canary.steps[0].pause"},
      {"times that go down", "/steps", json::parse(R"([5, {"weight": 10, "after": "5m"}, {"weight": 20, "after": "3m"}])"), "canary.steps[2].after"},
      {"times that repeat", "/steps", json::parse(R"([5, {"weight": 10, "after": "5m"}, {"weight": 20, "after": "5m"}])"), "canary.steps[2].after"},
      {"a weight without a time", "/steps", json::parse(R"([5, {"weight": 10, "after": "5m"}, 20])"), "canary.steps[2]"},
      {"the first weight later", "/steps", json::parse(R"([{"weight": 5, "after": "1m"}, {"weight": 10, "after": "5m"}])"), "canary.steps[0].after"},
      {"time for matches alone", "/steps", json::parse(R"([{"weight": 0, "after": "1m", "match": {"header": "a", "value": "b"}}, 5])"), "canary.steps[0].after"},
      {"time without a unit", "/steps", json::parse(R"([5, {"weight": 10, "after": 5}])"), "canary.steps[1].after"},
      {"done with usual steps", "/done-after", "20m", "canary.steps[1]"},
      {"target and steps", "/target", 5, "canary.target"},
      {"target of 0", "/target", 0, "canary.target"},
      {"target of 101", "/target", 101, "canary.target"},
      {"users who are known by nothing", "/steps", json::parse(R"([{"weight": 0, "match": {"user": "ann"}}])"), "canary.steps[0].match.user"},
      {"user by header and cookie", "/user", json::parse(R"({"header": "a", "cookie": "b"})"), "canary.user.header"},
      {"user by a value", "/user", json::parse(R"({"header": "a", "value": "b"})"), "canary.user.value"},
  };
  for (const bad_case& c : cases) {
    json wrong = body();
    if (std::string_view(c.name) == "target and steps") wrong["steps"] = {5, 10};
    wrong[json::json_pointer(c.pointer)] = c.value;
    const auto read = read_canary(wrong, "canary");
    ASSERT_FALSE(read) << c.name;
    EXPECT_EQ(read.error().code, errc::invalid_input) << c.name;
    EXPECT_EQ(read.error().field, c.field) << c.name << ": " << read.error().message;
  }
}

json with_steps(const char* steps) {
  json out = body();
  out["steps"] = json::parse(steps);
  return out;
}

TEST(ReadCanary, ByTimeCountsFromTheFirstWeight) {
  json timed = with_steps(R"([{"weight": 0, "match": {"header": "a", "value": "b"}, "pause": "until-promoted"}, 5,
                              {"weight": 10, "after": "5m"}, {"weight": 25, "after": "10m"}, {"weight": 100, "after": "15m"}])");
  timed["done-after"] = "20m";
  const auto read = read_canary(timed, "canary");
  ASSERT_TRUE(read) << read.error().field << ": " << read.error().message;
  EXPECT_EQ(read->steps[1].after, std::nullopt);
  EXPECT_EQ(read->steps[4].after, 15min);
  EXPECT_EQ(read->done_after, 20min);
  const auto again = read_canary(canary_json(*read), "canary");
  ASSERT_TRUE(again) << again.error().field << ": " << again.error().message;
  EXPECT_EQ(*again, *read);
}

TEST(ReadCanary, ByTimeMayBeOneWeightForAWhile) {
  json timed = with_steps("[5]");
  timed["done-after"] = "1h";
  const auto read = read_canary(timed, "canary");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read_canary(canary_json(*read), "canary").value(), *read);
  timed["pause"] = "1m";
  EXPECT_EQ(read_canary(timed, "canary").error().field, "canary.pause");
  timed.erase("pause");
  timed["done-after"] = "0s";
  EXPECT_EQ(read_canary(timed, "canary").error().field, "canary.done-after");
}

TEST(ReadCanary, ATargetIsOneWeightThatWaits) {
  struct target_case {
    json given;
    int weight;
  };
  for (const target_case& c : {target_case{nullptr, 5}, target_case{30, 30}}) {
    json wish = body();
    wish["target"] = c.given;
    const auto read = read_canary(wish, "canary");
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->steps.size(), 1u);
    EXPECT_EQ(read->steps[0].weight, c.weight);
    EXPECT_EQ(read->steps[0].pause, std::nullopt);
    EXPECT_EQ(read->steps[0].gates, std::vector<model::gate>{model::helm_test_gate{}});
    EXPECT_EQ(read_canary(canary_json(*read), "canary").value(), *read);
  }
}

TEST(ReadCanary, UsersAreKnownByOneHeaderOrCookie) {
  json wish = with_steps(R"([{"weight": 0, "match": [{"user": ["ann", "bob"]}, {"header": "X-Canary", "value": "yes"}]}, 5])");
  wish["user"] = {{"cookie", "uid"}};
  const auto read = read_canary(wish, "canary");
  ASSERT_TRUE(read) << read.error().field << ": " << read.error().message;
  const std::vector<model::traffic_match> expected{{model::traffic_match::by::cookie, "uid", "ann"},
                                                   {model::traffic_match::by::cookie, "uid", "bob"},
                                                   {model::traffic_match::by::header, "X-Canary", "yes"}};
  EXPECT_EQ(read->steps[0].matches, expected);
  EXPECT_EQ(read_canary(canary_json(*read), "canary").value(), *read);
}

}  // namespace
}  // namespace leadsman::wire
