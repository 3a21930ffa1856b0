#include "kube/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "support/scripted_server.hpp"

namespace leadsman::kube {
namespace {

using namespace std::chrono_literals;
using leadsman::test::http_answer;
using leadsman::test::run_until_done;
using leadsman::test::scripted_answer;
using leadsman::test::scripted_server;
using testing::HasSubstr;

const std::string k_core = R"({"kind":"APIResourceList","resources":[{"name":"pods","kind":"Pod","namespaced":true},{"name":"nodes","kind":"Node","namespaced":false}]})";

// An API server that knows core/v1 and answers the rest by the test's function of the request line.
struct fake_api {
  using script = std::function<std::string(const std::string& request)>;
  explicit fake_api(script s) : answers(std::move(s)) {}

  scripted_answer answer(const std::string& request) {
    if (request.starts_with("GET /api/v1 ")) return {{http_answer(200, k_core)}};
    return {{answers(request)}};
  }
  client connect(std::string token = "t", credential_exec exec = {}) {
    cluster_access access{.context = "test", .server = net::parse_endpoint(server.url()).value(), .name_space = "home"};
    if (exec) access.exec = exec_command{"client.authentication.k8s.io/v1", "login", {}, {}, "", false};
    else access.token = std::move(token);
    return client(io.get_executor(), access, std::move(exec), {.page_size = 2});
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> first_lines;
    for (const std::string& request : server.requests()) first_lines.push_back(request.substr(0, request.find(" HTTP/1.1")));
    return first_lines;
  }

  asio::io_context io;
  script answers;
  scripted_server server{io, [this](const std::string& request) { return answer(request); }};
};

TEST(KubeClient, GetsAnObjectByItsKindAndDefaultNamespace) {
  fake_api api([](const std::string&) { return http_answer(200, R"({"kind":"Pod","metadata":{"name":"web"}})"); });
  client cluster = api.connect();
  run_until_done(api.io, [&]() -> task<void> {
    for (int i = 0; i < 2; ++i) {
      auto getting = cluster.get({"v1", "Pod", "", "web"});
      const auto pod = co_await std::move(getting);
      EXPECT_EQ(text_at(pod->value(), "/metadata/name"), "web");
    }
  });
  EXPECT_THAT(api.lines(), testing::ElementsAre("GET /api/v1", "GET /api/v1/namespaces/home/pods/web", "GET /api/v1/namespaces/home/pods/web"));
  EXPECT_THAT(api.server.requests().back(), HasSubstr("Authorization: Bearer t\r\n"));
}

TEST(KubeClient, AnAbsentObjectIsNoErrorButAnUnknownKindIs) {
  fake_api api([](const std::string&) { return http_answer(404, R"({"kind":"Status","reason":"NotFound"})"); });
  client cluster = api.connect();
  run_until_done(api.io, [&]() -> task<void> {
    auto getting = cluster.get({"v1", "Pod", "shop", "web"});
    const auto pod = co_await std::move(getting);
    EXPECT_TRUE(pod && !*pod);
    auto asking = cluster.get({"v1", "Prod", "shop", "web"});
    const auto unknown = co_await std::move(asking);
    EXPECT_EQ(unknown.error().code, errc::not_found);
    EXPECT_THAT(unknown.error().message, HasSubstr("no kind Prod"));
    auto asking_group = cluster.get({"example.com/v1", "Thing", "shop", "web"});
    const auto no_group = co_await std::move(asking_group);
    EXPECT_THAT(no_group.error().message, HasSubstr("custom resource definition"));
  });
}

TEST(KubeClient, ListsPageByPage) {
  fake_api api([](const std::string& request) {
    const bool first = request.find("continue=") == std::string::npos;
    return http_answer(200, first ? R"({"metadata":{"resourceVersion":"5","continue":"c/1"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]})"
                                  : R"({"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"c"}}]})");
  });
  client cluster = api.connect();
  run_until_done(api.io, [&]() -> task<void> {
    auto listing = cluster.list({"v1", "Pod", "shop", "app=web,x in (a)", ""});
    const auto list = co_await std::move(listing);
    EXPECT_EQ(list->items.size(), 3u);
    EXPECT_EQ(text_at(list->items[2], "/kind"), "Pod");
    EXPECT_EQ(list->resource_version, "5");
  });
  EXPECT_EQ(api.lines()[1], "GET /api/v1/namespaces/shop/pods?labelSelector=app%3Dweb%2Cx%20in%20%28a%29&limit=2");
  EXPECT_THAT(api.lines()[2], HasSubstr("&continue=c%2F1"));
}

TEST(KubeClient, AListThatExpiredHalfwayIsReadAgainInOnePiece) {
  fake_api api([](const std::string& request) {
    if (request.find("continue=") != std::string::npos) return http_answer(410, R"({"kind":"Status","code":410})");
    const bool whole = request.find("limit=") == std::string::npos;
    return http_answer(200, whole ? R"({"metadata":{"resourceVersion":"9"},"items":[{},{},{}]})" : R"({"metadata":{"continue":"c"},"items":[{},{}]})");
  });
  client cluster = api.connect();
  run_until_done(api.io, [&]() -> task<void> {
    auto listing = cluster.list({"v1", "Pod", "shop"});
    const auto list = co_await std::move(listing);
    EXPECT_EQ(list->items.size(), 3u);
    EXPECT_EQ(list->resource_version, "9");
  });
}

apply_options dry_and_forced() {
  apply_options options;
  options.dry_run = options.force = true;
  return options;
}

remove_options only_uid(std::string uid) {
  remove_options options;
  options.uid = std::move(uid);
  return options;
}

TEST(KubeClient, AppliesWithManagerAndValidation) {
  fake_api api([](const std::string&) { return http_answer(200, "{}"); });
  client cluster = api.connect();
  run_until_done(api.io, [&]() -> task<void> {
    auto applying = cluster.apply("kind: Pod", {"v1", "Pod", "shop", "web"}, dry_and_forced());
    const auto applied = co_await std::move(applying);
    EXPECT_TRUE(applied);
  });
  EXPECT_EQ(api.lines()[1], "PATCH /api/v1/namespaces/shop/pods/web?fieldManager=helm&dryRun=All&force=true&fieldValidation=Strict");
  EXPECT_THAT(api.server.requests()[1], testing::AllOf(HasSubstr("Content-Type: application/apply-patch+yaml"), testing::EndsWith("kind: Pod")));
}

TEST(KubeClient, A401IsAnsweredOnceWithAFreshCredential) {
  int logins = 0;
  fake_api api([](const std::string& request) {
    return request.find("Bearer token-2") != std::string::npos ? http_answer(200, "{}") : http_answer(401, R"({"kind":"Status","message":"Unauthorized"})");
  });
  const credential_exec login = [&](auto, auto) -> task<result<std::string>> {
    co_return R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-)" + std::to_string(++logins) + "\"}}";
  };
  client cluster = api.connect("", login);
  run_until_done(api.io, [&]() -> task<void> {
    auto asking = cluster.server_version();
    const auto version = co_await std::move(asking);
    EXPECT_TRUE(version) << version.error().message;
  });
  EXPECT_EQ(logins, 2);
}

TEST(KubeClient, AFixedTokenThatIsRefusedStaysRefused) {
  fake_api api([](const std::string&) { return http_answer(401, R"({"kind":"Status","message":"Unauthorized"})"); });
  client cluster = api.connect();
  run_until_done(api.io, [&]() -> task<void> {
    auto asking = cluster.server_version();
    const auto version = co_await std::move(asking);
    EXPECT_EQ(version.error().code, errc::unauthenticated);
  });
  EXPECT_EQ(api.server.requests().size(), 1u);
}

TEST(KubeClient, WaitsWhenTheClusterAsksForIt) {
  int asked = 0;
  fake_api api([&](const std::string&) { return ++asked == 1 ? http_answer(429, "{}", "Retry-After: 1\r\n") : http_answer(200, R"({"gitVersion":"v1.36.0"})"); });
  client cluster = api.connect();
  run_until_done(api.io, [&]() -> task<void> {
    auto asking = cluster.server_version();
    const auto version = co_await std::move(asking);
    EXPECT_EQ(version.value(), "v1.36.0");
  });
  EXPECT_EQ(asked, 2);
}

TEST(KubeClient, RemoveSaysWhetherThereWasSomething) {
  fake_api api([](const std::string& request) { return request.find("/web ") != std::string::npos ? http_answer(200, "{}") : http_answer(404, "{}"); });
  client cluster = api.connect();
  run_until_done(api.io, [&]() -> task<void> {
    auto removing = cluster.remove({"v1", "Pod", "shop", "web"}, only_uid("u-1"));
    const auto removed = co_await std::move(removing);
    EXPECT_TRUE(removed.value());
    auto removing_other = cluster.remove({"v1", "Pod", "shop", "other"});
    const auto other = co_await std::move(removing_other);
    EXPECT_FALSE(other.value());
  });
  EXPECT_THAT(api.server.requests()[1], HasSubstr(R"("preconditions":{"uid":"u-1"})"));
}

TEST(KubeClient, FollowsALogLineByLine) {
  fake_api api([](const std::string&) {
    return leadsman::test::k_chunked_head + leadsman::test::http_chunk("one\ntw") + leadsman::test::http_chunk("o\nbad \xFF end") + "0\r\n\r\n";
  });
  client cluster = api.connect();
  std::vector<std::string> lines;
  run_until_done(api.io, [&]() -> task<void> {
    auto following = cluster.follow_logs({.name_space = "shop", .pod = "web", .container = "app", .tail_lines = 5}, [&](std::string_view line) { lines.emplace_back(line); });
    const auto ended = co_await std::move(following);
    EXPECT_TRUE(ended);
  });
  EXPECT_THAT(lines, testing::ElementsAre("one", "two", "bad \xEF\xBF\xBD end"));
  EXPECT_EQ(api.lines()[0], "GET /api/v1/namespaces/shop/pods/web/log?container=app&follow=true&tailLines=5");
}

}  // namespace
}  // namespace leadsman::kube
