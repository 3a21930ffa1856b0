#include "kube/watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "async/task_group.hpp"
#include "support/scripted_server.hpp"

namespace leadsman::kube {
namespace {

using namespace std::chrono_literals;
using leadsman::test::http_answer;
using leadsman::test::http_chunk;
using leadsman::test::k_chunked_head;
using leadsman::test::run_until_done;
using leadsman::test::scripted_answer;
using leadsman::test::scripted_server;
using testing::ElementsAre;
using testing::HasSubstr;

std::string line(const std::string& type, const std::string& name, const std::string& version) {
  return http_chunk(R"({"type":")" + type + R"(","object":{"kind":"Pod","metadata":{"name":")" + name + R"(","resourceVersion":")" + version + "\"}}}\n");
}

TEST(WatchLine, ReadsChangesBookmarksAndErrors) {
  const auto added = parse_watch_line(R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"7"}}})");
  EXPECT_EQ(added->event->what, change::added);
  EXPECT_EQ(added->resource_version, "7");
  const auto bookmark = parse_watch_line(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})");
  EXPECT_FALSE(bookmark->event);
  EXPECT_EQ(bookmark->resource_version, "9");
  const auto gone = parse_watch_line(R"({"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version"}})");
  EXPECT_EQ(gone.error().code, errc::gone);
  EXPECT_EQ(parse_watch_line("{\"type\":\"ADD").error().code, errc::unavailable);
}

// Each watch request is answered by the next script; every list says version 10 and pod "a".
struct fake_watch {
  explicit fake_watch(std::vector<scripted_answer> s) : scripts(std::move(s)) {}

  scripted_answer answer(const std::string& request) {
    if (request.starts_with("GET /api/v1 ")) return {{http_answer(200, R"({"resources":[{"name":"pods","kind":"Pod","namespaced":true}]})")}};
    requests.push_back(request.substr(0, request.find(" HTTP")));
    if (request.find("watch=true") == std::string::npos) return {{http_answer(200, R"({"metadata":{"resourceVersion":"10"},"items":[{"metadata":{"name":"a"}}]})")}};
    if (watches == scripts.size()) return {{k_chunked_head}, scripted_answer::ending::stay_silent};
    return scripts[watches++];
  }

  watch_options impatient() {
    watch_options options;
    options.idle_timeout = 100ms;
    options.least_backoff = 1ms;
    options.most_backoff = 5ms;
    options.on_trouble = [this](const error& e, auto) { troubles.push_back(e); };
    options.on_expired = [this] { ++expired; };
    return options;
  }

  // Runs until `count` events have come.
  result<void> run(size_t count) {
    result<void> ended = fail(errc::internal, "not run");
    run_until_done(io, [&]() -> task<void> {
      auto watching = watch(cluster, {"v1", "Pod", "shop", "app=web", ""}, [this, count](const watch_event& e) { return take(e, count); },
                            impatient());
      ended = co_await std::move(watching);
    });
    return ended;
  }

  bool take(const watch_event& e, size_t count) {
    events.push_back(std::string(to_string(e.what)) + " " + (e.what == change::relisted ? std::to_string(e.items.size()) : text_at(e.object, "/metadata/name")));
    return events.size() < count;
  }

  asio::io_context io;
  std::vector<scripted_answer> scripts;
  size_t watches = 0;
  std::vector<std::string> requests, events;
  std::vector<error> troubles;
  int expired = 0;
  scripted_server server{io, [this](const std::string& request) { return answer(request); }};
  client cluster{io.get_executor(), cluster_access{.server = net::parse_endpoint(server.url()).value()}};
};

TEST(Watch, ListsThenFollows) {
  fake_watch w({{{k_chunked_head, line("ADDED", "b", "11"), line("MODIFIED", "b", "12"), line("DELETED", "a", "13")}}});
  EXPECT_TRUE(w.run(4));
  EXPECT_THAT(w.events, ElementsAre("relisted 1", "added b", "modified b", "deleted a"));
  EXPECT_THAT(w.requests[0], HasSubstr("labelSelector=app%3Dweb"));
  EXPECT_THAT(w.requests[1], testing::AllOf(HasSubstr("resourceVersion=10"), HasSubstr("allowWatchBookmarks=true"), HasSubstr("labelSelector=app%3Dweb")));
}

TEST(Watch, ABrokenConnectionIsTakenUpWhereItEnded) {
  fake_watch w({{{k_chunked_head, line("ADDED", "b", "11")}, scripted_answer::ending::close}, {{k_chunked_head, line("ADDED", "c", "12")}}});
  EXPECT_TRUE(w.run(3));
  EXPECT_THAT(w.events, ElementsAre("relisted 1", "added b", "added c"));
  EXPECT_THAT(w.requests.back(), HasSubstr("resourceVersion=11"));
  ASSERT_EQ(w.troubles.size(), 1u);
  EXPECT_EQ(w.troubles[0].code, errc::unavailable);
}

TEST(Watch, ACleanEndIsTakenUpFromTheLastBookmark) {
  fake_watch w({{{k_chunked_head, line("BOOKMARK", "", "40"), "0\r\n\r\n"}}, {{k_chunked_head, line("ADDED", "c", "41")}}});
  EXPECT_TRUE(w.run(2));
  EXPECT_THAT(w.requests.back(), HasSubstr("resourceVersion=40"));
  EXPECT_TRUE(w.troubles.empty());
}

TEST(Watch, AnExpiredVersionRelists) {
  const std::string gone = http_chunk(R"({"type":"ERROR","object":{"kind":"Status","code":410}})"
                                      "\n");
  const std::string status = http_answer(410, R"({"kind":"Status","code":410})");
  for (const scripted_answer& expired : {scripted_answer{{k_chunked_head, gone}}, scripted_answer{{status}}}) {
    fake_watch w({expired, {{k_chunked_head, line("ADDED", "c", "41")}}});
    EXPECT_TRUE(w.run(3));
    EXPECT_THAT(w.events, ElementsAre("relisted 1", "relisted 1", "added c"));
    EXPECT_EQ(w.expired, 1);
    EXPECT_TRUE(w.troubles.empty());
  }
}

TEST(Watch, SilenceIsTakenUpAgain) {
  fake_watch w({{{k_chunked_head}, scripted_answer::ending::stay_silent}, {{k_chunked_head, line("ADDED", "c", "41")}}});
  EXPECT_TRUE(w.run(2));
  ASSERT_EQ(w.troubles.size(), 1u);
  EXPECT_EQ(w.troubles[0].code, errc::timed_out);
}

TEST(Watch, WhatIsForbiddenFromTheStartEnds) {
  asio::io_context io;
  scripted_server server(io, [](const std::string& request) -> scripted_answer {
    if (request.starts_with("GET /api/v1 ")) return {{http_answer(200, R"({"resources":[{"name":"pods","kind":"Pod","namespaced":true}]})")}};
    return {{http_answer(403, R"({"kind":"Status","message":"pods is forbidden"})")}};
  });
  client cluster(io.get_executor(), cluster_access{.server = net::parse_endpoint(server.url()).value()});
  run_until_done(io, [&]() -> task<void> {
    auto watching = watch(cluster, {"v1", "Pod", "shop"}, [](const watch_event&) { return true; });
    const auto ended = co_await std::move(watching);
    EXPECT_EQ(ended.error().code, errc::forbidden);
  });
}

TEST(Watch, EndsByCancellation) {
  fake_watch w({});
  bool went_on = false;
  run_until_done(w.io, [&]() -> task<void> {
    task_group group(w.io.get_executor());
    group.spawn("watch", [&]() -> task<void> {
      auto watching = watch(w.cluster, {"v1", "Pod", "shop"}, [&](const watch_event& e) { return w.take(e, 1000); });
      const auto ended = co_await std::move(watching);
      EXPECT_FALSE(ended);
      co_await sleep_for(1ms);
      went_on = true;
    });
    while (w.watches == 0 && w.requests.size() < 2) co_await sleep_for(1ms);
    group.cancel();
    co_await group.join();
  });
  EXPECT_FALSE(went_on);
}

}  // namespace
}  // namespace leadsman::kube
