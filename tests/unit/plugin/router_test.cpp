#include "plugin/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "plugin/router_words.hpp"
#include "unit/plugin/scripted_plugin.hpp"

namespace leadsman::plugin {
namespace {

using nlohmann::json;
using test::scripted_plugin;
using testing::AllOf;
using testing::HasSubstr;

TEST(RouterView, IsReadStrictly) {
  const router_view view = parse_view(json::parse(R"({"weight": 25, "accepted": "no", "message": "two\nlines", "problems": ["p"],
      "matches": [{"header": {"name": "X", "value": "1"}}, {"cookie": {"name": "c", "value": "2"}}]})"))
                               .value();
  EXPECT_EQ(view.weight, 25);
  EXPECT_EQ(view.accepted, acceptance::no);
  EXPECT_EQ(view.message, "two lines");
  EXPECT_EQ(view.problems, std::vector<std::string>{"p"});
  EXPECT_EQ(view.matches, (std::vector<route_match>{{route_match::by::header, "X", "1"}, {route_match::by::cookie, "c", "2"}}));
}

TEST(RouterView, KnowsNoWeightWhereNoCanaryIs) {
  EXPECT_EQ(parse_view(json::parse(R"({"weight": null, "matches": [], "accepted": "unknown", "message": "", "problems": []})")).value().weight, std::nullopt);
}

struct wrong_view {
  const char* name;
  const char* text;
  const char* key;
};

class RouterViewRefuses : public testing::TestWithParam<wrong_view> {};

TEST_P(RouterViewRefuses, WithTheKey) { EXPECT_EQ(parse_view(json::parse(GetParam().text)).error().field, GetParam().key); }

INSTANTIATE_TEST_SUITE_P(
    Answers, RouterViewRefuses,
    testing::Values(wrong_view{"TooMuch", R"({"weight": 101, "matches": [], "accepted": "yes", "problems": []})", "weight"},
                    wrong_view{"AWord", R"({"weight": 1, "matches": [], "accepted": "maybe", "problems": []})", "accepted"},
                    wrong_view{"NoWord", R"({"weight": 1, "matches": [], "problems": []})", "accepted"},
                    wrong_view{"NoMatches", R"({"weight": 1, "accepted": "yes", "problems": []})", "matches"},
                    wrong_view{"AMatchOfBoth", R"({"matches": [{"header": {"name": "a", "value": "b"}, "cookie": {"name": "a", "value": "b"}}], "accepted": "yes", "problems": []})", "matches[0]"},
                    wrong_view{"NoProblems", R"({"matches": [], "accepted": "yes"})", "problems"},
                    wrong_view{"MoreThanThat", R"({"matches": [], "accepted": "yes", "problems": [], "more": 1})", "more"}),
    [](const auto& tested) { return tested.param.name; });

TEST(RouterChange, IsOfWholeObjects) {
  EXPECT_EQ(parse_change(json::parse(R"({"write": [{"kind": "HTTPRoute"}], "delete": []})")).error().field, "write[0]");
  EXPECT_EQ(parse_change(json::parse(R"({"write": [], "delete": [{"kind": "HTTPRoute"}]})")).error().field, "delete[0].api_version");
  EXPECT_EQ(parse_change(json::parse(R"({"write": {}, "delete": []})")).error().field, "write");
}

const router_target k_target{json::object(), "shop", {"shop"}, {"shop-canary", 8080}};

TEST(RouterTarget, SaysAPortOnlyWhereThereIsOne) {
  EXPECT_EQ(to_json(k_target), json::parse(R"({"config": {}, "namespace": "shop", "stable": {"service": "shop"}, "canary": {"service": "shop-canary", "port": 8080}})"));
}

// What a router that answers so makes the agent do.
template <class T>
result<T> ask(const std::string& answer, std::function<task<result<T>>(objects_router)> question) {
  const scripted_plugin scripted("say '" + answer + "'");
  registration known = scripted.registered();
  known.grants = {{"gateway.networking.k8s.io", "HTTPRoute", {}}};
  asio::io_context io;
  asio::thread_pool blocking(1);
  host plugins(io.get_executor(), blocking, {known}, {.agent_version = "test"});
  std::optional<result<T>> out;
  const auto body = [&]() -> task<void> {
    auto asking = question(objects_router(plugins, "odd"));
    out = co_await std::move(asking);
    co_await plugins.shut_down();
  };
  spawn(io.get_executor(), "test", body);
  io.run();
  return *out;
}

using refs = std::vector<kube::object_ref>;

const std::function<task<result<refs>>(objects_router)> k_ask_objects = [](objects_router r) { return r.objects(k_target); };
const std::function<task<result<router_change>>(objects_router)> k_set = [](objects_router r) { return r.set(k_target, {}, 10, {}, {}); };

TEST(ObjectsRouter, IsGivenWhatItWasGranted) {
  const auto asked = ask(R"({"objects":[{"api_version":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","namespace":"shop","name":"web"}]})", k_ask_objects);
  EXPECT_EQ(asked.value(), (refs{{"gateway.networking.k8s.io/v1", "HTTPRoute", "shop", "web"}}));
}

TEST(ObjectsRouter, IsGivenNothingElse) {
  const auto asked = ask(R"({"objects":[{"api_version":"v1","kind":"Secret","namespace":"shop","name":"db"}]})", k_ask_objects);
  EXPECT_EQ(asked.error().code, errc::forbidden);
  EXPECT_THAT(asked.error().message, AllOf(HasSubstr("the plugin odd asks for v1 Secret shop/db"), HasSubstr("HTTPRoute in the namespace shop")));
}

TEST(ObjectsRouter, WritesNothingThatItDidNotAskFor) {
  const auto change = ask(R"({"write":[{"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{"namespace":"shop","name":"web"}}],"delete":[]})", k_set);
  EXPECT_EQ(change.error().code, errc::forbidden);
  EXPECT_THAT(change.error().message, HasSubstr("the plugin odd wants to write"));
}

TEST(ObjectsRouter, SaysWhatIsWrongWithAnAnswer) {
  const auto change = ask(R"({"write":[]})", k_set);
  EXPECT_EQ(change.error().code, errc::unavailable);
  EXPECT_THAT(change.error().message, AllOf(HasSubstr("the plugin odd gave a wrong answer: delete: expected a list")));
}

}  // namespace
}  // namespace leadsman::plugin
