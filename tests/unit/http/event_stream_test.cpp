#include <sys/resource.h>

#include "server_fixture.hpp"

#include "http/event_stream.hpp"

namespace leadsman::http {
namespace {

using namespace std::chrono_literals;

class EventStream : public server_fixture {
 protected:
  void append(const std::string& message) {
    on_thread([&] { service.append("d1", message); });
  }
  int64_t open_streams() {
    int64_t count = 0;
    on_thread([&] {
      const std::string text = api->metrics_text();
      const std::string name = "\nleadsman_http_event_streams ";
      count = std::stoll(text.substr(text.find(name) + name.size()));
    });
    return count;
  }
};

const std::string k_target = "/v1/deployments/d1/events";

TEST(FormatEvent, HasNumberKindAndOneLineOfData) {
  const model::event e{7, wall_time(1'800'000'000s), model::event_kind::log, "two\nlines", R"({"a":1})"};
  EXPECT_EQ(format_event(e),
            "id: 7\nevent: log\ndata: {\"at\":\"2027-01-15T08:00:00.000Z\",\"data\":{\"a\":1},\"kind\":\"log\",\"message\":\"two\\nlines\",\"seq\":7}\n\n");
}

TEST_F(EventStream, TellsWhatWasThenWhatHappensAndEndsWithTheDeployment) {
  start();
  add_deployment("d1");
  append("first");
  raw_client client(address);
  client.send(signed_request("GET", k_target));
  const std::string head = client.read_until("\r\n\r\n");
  for (const char* line : {"200 OK", "Content-Type: text/event-stream", "X-Accel-Buffering: no", "no-transform", "Transfer-Encoding: chunked"}) {
    EXPECT_NE(head.find(line), std::string::npos) << line;
  }
  EXPECT_NE(client.read_until("\"seq\":1").find("retry: 1000\n"), std::string::npos);
  append("second");
  EXPECT_NE(client.read_until("\"seq\":2").find("id: 2\nevent: log\n"), std::string::npos);
  on_thread([&] { service.end("d1"); });
  const std::string rest = client.read_until("\r\n0\r\n\r\n");
  EXPECT_NE(rest.find("id: 3\nevent: finished\n"), std::string::npos);
  EXPECT_NE(rest.find("event: end\ndata: {\"last_seq\":3}\n\n"), std::string::npos);
  client.send(signed_request("GET", "/v1/deployments/d1"));
  EXPECT_EQ(client.receive().value_or(raw_response{}).status, 200) << "the connection serves on";
}

TEST_F(EventStream, ResumesAfterTheLastEventSeenByHeaderBeforeQuery) {
  start();
  add_deployment("d1");
  for (int i = 0; i < 250; ++i) append("x");
  on_thread([&] { service.end("d1"); });
  for (const auto& [target, extra] : {std::pair(k_target + "?after=200", std::string()), std::pair(k_target + "?after=3", std::string("Last-Event-ID: 200\r\n"))}) {
    raw_client client(address);
    client.send(signed_request("GET", target, "", {}, extra));
    const std::string body = client.read_until("\r\n0\r\n\r\n");
    EXPECT_EQ(body.find("\nid: 200\n"), std::string::npos);
    for (int seq = 201; seq <= 251; ++seq) EXPECT_NE(body.find("id: " + std::to_string(seq) + "\n"), std::string::npos) << seq;
  }
}

TEST_F(EventStream, RefusesAPositionThatIsNoNumberAndADeploymentThatIsNone) {
  start();
  add_deployment("d1");
  EXPECT_EQ(ask_signed("GET", k_target, "", {}, "Last-Event-ID: x\r\n").status, 400);
  EXPECT_EQ(ask_signed("GET", k_target + "?after=-1").status, 400);
  EXPECT_EQ(ask_signed("GET", "/v1/deployments/unknown/events").status, 404);
}

TEST_F(EventStream, BeatsWhileNothingHappens) {
  start();
  add_deployment("d1");
  raw_client client(address);
  client.send(signed_request("GET", k_target));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(client.read_until(": heartbeat\n\n", 2s).empty()) << i;
}

TEST_F(EventStream, EndsResumablyWhenTheServerStops) {
  start();
  add_deployment("d1");
  append("first");
  raw_client client(address);
  client.send(signed_request("GET", k_target));
  ASSERT_FALSE(client.read_until("\"seq\":1").empty());
  std::thread stopping([this] { stop(); });
  const std::string rest = client.read_rest();
  stopping.join();
  EXPECT_NE(rest.find("come back with Last-Event-ID"), std::string::npos) << rest;
  EXPECT_TRUE(rest.ends_with("0\r\n\r\n"));
  EXPECT_EQ(rest.find("event: end"), std::string::npos);
}

TEST_F(EventStream, TellsWhenTheEventsCannotBeReadAndEndsResumably) {
  start();
  add_deployment("d1");
  on_thread([&] { service.broken_events = true; });
  raw_client client(address);
  client.send(signed_request("GET", k_target));
  const std::string body = client.read_until("\r\n0\r\n\r\n");
  EXPECT_NE(body.find("event: error\ndata: {"), std::string::npos);
  EXPECT_EQ(body.find("event: end"), std::string::npos);
}

TEST_F(EventStream, ServesOldClientsWithoutChunks) {
  start();
  add_deployment("d1");
  on_thread([&] { service.end("d1"); });
  std::string bytes = signed_request("GET", k_target);
  bytes.replace(bytes.find("HTTP/1.1"), 8, "HTTP/1.0");
  raw_client client(address);
  client.send(bytes);
  const std::string all = client.read_rest();
  EXPECT_EQ(all.find("Transfer-Encoding"), std::string::npos);
  EXPECT_TRUE(all.ends_with("event: end\ndata: {\"last_seq\":1}\n\n")) << all;
}

// The kernel takes a part of an event, and the rest follows when there is room.
TEST_F(EventStream, AReaderThatLagsGetsEveryEventWholeAndOnce) {
  constexpr int k_many = 600;
  start();
  add_deployment("d1");
  std::string bytes = signed_request("GET", k_target);
  bytes.replace(bytes.find("HTTP/1.1"), 8, "HTTP/1.0");  // without chunks: each byte is of an event
  raw_client lagging(address, 4096);
  lagging.send(bytes);
  ASSERT_FALSE(lagging.read_until("retry: 1000\n\n").empty());
  const std::string message(10'000, 'x');
  for (int i = 0; i < k_many; ++i) append(message);
  on_thread([&] { service.end("d1"); });
  const std::string all = lagging.read_rest();
  size_t at = 0;
  for (int seq = 1; seq <= k_many; ++seq) {
    while (all.compare(at, 2, ": ") == 0) at = all.find("\n\n", at) + 2;  // a heartbeat
    ASSERT_EQ(all.compare(at, 4, "id: "), 0) << seq;
    const std::string one = all.substr(at, all.find("\n\n", at) + 2 - at);
    ASSERT_TRUE(one.starts_with("id: " + std::to_string(seq) + "\n")) << one.substr(0, 40);
    ASSERT_NE(one.find('"' + message + '"'), std::string::npos) << seq;
    at += one.size();
  }
  EXPECT_TRUE(all.ends_with("event: end\ndata: {\"last_seq\":601}\n\n")) << all.substr(at);
}

TEST_F(EventStream, ASlowReaderHoldsUpNobodyIsCutWhenItStandsStillAndMissesNothingWhenItComesBack) {
  server_options options = default_options();
  options.limits.progress_timeout = 400ms;
  start(options);
  add_deployment("d1");
  raw_client stuck(address, 4096);
  stuck.send(signed_request("GET", k_target));
  raw_client quick(address);
  quick.send(signed_request("GET", k_target));
  const std::string large(64 * 1024, 'x');
  for (int i = 1; i <= 200; ++i) {
    append(large);
    ASSERT_FALSE(quick.read_until("\"seq\":" + std::to_string(i) + "}").empty()) << i;
  }
  const auto began = std::chrono::steady_clock::now();
  while (open_streams() > 1 && std::chrono::steady_clock::now() - began < 5s) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(open_streams(), 1);
  // Without an end it knows that there is more, and comes back.
  const std::string heard = stuck.read_rest();
  EXPECT_EQ(heard.find("event: end"), std::string::npos);
  const size_t newest = heard.rfind("\nid: ");
  ASSERT_NE(newest, std::string::npos);
  const int seq = std::stoi(heard.substr(newest + 5));
  EXPECT_LT(seq, 200) << "it was not slow";
  raw_client back(address);
  back.send(signed_request("GET", k_target, "", {}, "Last-Event-ID: " + std::to_string(seq - 1) + "\r\n"));
  const std::string rest = back.read_until("\"seq\":200}", 20s);
  ASSERT_FALSE(rest.empty());
  EXPECT_EQ(rest.find("\nid: "), rest.find("\nid: " + std::to_string(seq) + "\n"));
}

TEST_F(EventStream, AThousandFollowersSeeEveryEvent) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur < 2500) GTEST_SKIP() << "needs 2,500 open files";
  start();
  add_deployment("d1");
  std::vector<std::unique_ptr<raw_client>> followers;
  for (int i = 0; i < 1000; ++i) {
    followers.push_back(std::make_unique<raw_client>(address));
    ASSERT_TRUE(followers.back()->send(signed_request("GET", k_target)));
  }
  for (int i = 0; i < 20; ++i) append("event");
  on_thread([&] { service.end("d1"); });
  for (const auto& follower : followers) {
    const std::string body = follower->read_until("\r\n0\r\n\r\n", 120s);
    for (int seq = 1; seq <= 21; ++seq) ASSERT_NE(body.find("id: " + std::to_string(seq) + "\n"), std::string::npos) << seq;
  }
}

}  // namespace
}  // namespace leadsman::http
