#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/client/api.hpp"
#include "action/client/follow.hpp"
#include "sign/http_signature.hpp"
#include "support/scripted_server.hpp"
#include "unit/action/story.hpp"
#include "wire/model.hpp"
#include "wire/problem.hpp"

namespace leadsman::action {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::scripted_answer;
using test::scripted_server;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Keeps what it is told.
class recording_view : public view {
 public:
  void begin(const subject&) override {}
  void show(const model::event& event) override { seen.push_back(event.seq); }
  void notice(const std::string& text) override { notices.push_back(text); }
  void end() override {}
  void page(const std::vector<spoken_line>&, const nlohmann::json&) override {}
  void problem(const error&) override {}

  std::vector<uint64_t> seen;
  std::vector<std::string> notices;
};

std::string sse_of(const std::vector<model::event>& events, size_t from, size_t to) {
  std::string text;
  for (size_t i = from; i < to && i < events.size(); ++i) {
    text += "id: " + std::to_string(events[i].seq) + "\nevent: x\ndata: " + nlohmann::json(events[i]).dump() + "\n\n";
  }
  return text;
}

scripted_answer stream(const std::string& text, bool ended) {
  scripted_answer answer{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", test::http_chunk(text)}, scripted_answer::ending::close};
  if (ended) answer.pieces.push_back("0\r\n\r\n");
  return answer;
}

uint64_t last_event_id(const std::string& request) {
  const size_t at = request.find("Last-Event-ID: ");
  return at == std::string::npos ? 0 : std::stoull(request.substr(at + 15));
}

class ClientTest : public ::testing::Test {
 protected:
  api make(const scripted_server& server, std::chrono::milliseconds retry_for = 0ms) {
    return api(io.get_executor(), {.at = *net::parse_endpoint(server.url()), .key = key, .retry_for = retry_for});
  }

  result<ended> follow_all(const scripted_server& server, follow_settings settings = {}) {
    api agent = make(server);
    result<ended> outcome = fail(errc::internal, "not run");
    test::run_until_done(io, [&]() -> task<void> {
      auto following = follow(agent, "0193-a", out, settings);
      outcome = co_await std::move(following);
    });
    return outcome;
  }

  asio::io_context io;
  sign::private_key key = sign::private_key::generate();
  recording_view out;
};

TEST_F(ClientTest, SignsEveryRequestSoThatTheAgentCanCheckIt) {
  net::request what{"GET", "/v1/doctor?cluster=default", {}, "body"};
  const net::endpoint at = *net::parse_endpoint("https://agent.example.com:8443/base");
  const net::request ready = signed_request(what, at, key, now(), "nonce-0001");
  sign::header_list headers;
  for (const auto& [name, value] : ready.headers) headers.push_back({name, value});
  const sign::request_parts parts{"GET", "agent.example.com:8443", "/base/v1/doctor", "cluster=default", "body"};
  const auto lookup = [&](std::string_view) { return std::optional(key.public_part()); };
  const auto verified = sign::verify_request(parts, headers, lookup, now());
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->nonce, "nonce-0001");
}

TEST_F(ClientTest, EachTryHasASignatureOfItsOwn) {
  scripted_server server(io, [](const std::string&) { return scripted_answer{{http_answer(503, "{}")}}; });
  api agent = make(server, 1500ms);
  result<bool> known = false;
  test::run_until_done(io, [&]() -> task<void> { known = co_await agent.has_chart(std::string(64, 'a')); });
  ASSERT_FALSE(known);
  EXPECT_EQ(known.error().code, errc::unavailable);
  ASSERT_GE(server.requests().size(), 3u);
  const auto signature = [](const std::string& r) { return r.substr(r.find("Signature: "), 60); };
  EXPECT_NE(signature(server.requests()[0]), signature(server.requests()[1]));
}

TEST_F(ClientTest, AProblemComesBackAsItsErrorWithoutAnotherTry) {
  scripted_server server(io, [](const std::string&) {
    return scripted_answer{{http_answer(403, wire::to_problem({errc::forbidden, "the key 'ci' may not deploy", "release"}).dump())}};
  });
  api agent = make(server, 5s);
  result<model::deployment> found = fail(errc::internal, "");
  test::run_until_done(io, [&]() -> task<void> { found = co_await agent.find("0193-a"); });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error(), (error{errc::forbidden, "the key 'ci' may not deploy", "release"}));
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(ClientTest, TellsANewDeploymentFromOneItWasAttachedTo) {
  int status = 201;
  model::deployment d;
  d.id = "0193-a";
  scripted_server server(io, [&](const std::string&) { return scripted_answer{{http_answer(status, nlohmann::json(d).dump())}}; });
  api agent = make(server);
  for (const bool attached : {false, true}) {
    status = attached ? 200 : 201;
    result<submitted> answer = fail(errc::internal, "");
    test::run_until_done(io, [&]() -> task<void> {
      auto submitting = agent.submit({}, "my-key");
      answer = co_await std::move(submitting);
    });
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->attached, attached);
    EXPECT_EQ(answer->deployment.id, "0193-a");
  }
  EXPECT_THAT(server.requests()[0], HasSubstr("Idempotency-Key: my-key\r\n"));
  EXPECT_THAT(server.requests()[0], HasSubstr("\"idempotency-key\")"));
  EXPECT_THAT(server.requests()[0], HasSubstr("Content-Type: application/json\r\n"));
}

TEST_F(ClientTest, WhatIsNoAgentIsSaidSo) {
  scripted_server server(io, [](const std::string&) { return scripted_answer{{http_answer(200, "<html>welcome</html>")}}; });
  api agent = make(server);
  result<model::deployment> found = fail(errc::internal, "");
  test::run_until_done(io, [&]() -> task<void> { found = co_await agent.find("x"); });
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("not a Leadsman agent"));
}

TEST_F(ClientTest, FollowsThroughLostConnectionsAndShowsEachEventOnce) {
  story s;
  s.rolled_back();
  // Three events a connection, and the last one of each again at the start of the next.
  scripted_server server(io, [&](const std::string& request) {
    const size_t after = last_event_id(request);
    const size_t from = after == 0 ? 0 : after - 1;
    const bool last = after + 3 >= s.events.size();
    return stream(sse_of(s.events, from, after + 3) + (last ? "event: end\ndata: {}\n\n" : ""), last);
  });
  const auto outcome = follow_all(server);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->phase, model::phase::rolled_back);
  EXPECT_EQ(outcome->rollback, model::rollback_outcome::succeeded);
  std::vector<uint64_t> all(s.events.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = i + 1;
  EXPECT_EQ(out.seen, all);
  EXPECT_GE(server.connections(), 3);
}

TEST_F(ClientTest, ASilentStreamIsGivenUpAfterTheReadDeadlineAndTakenUpAgain) {
  story s;
  s.end(model::phase::succeeded, "Deployed", model::rollback_outcome::none);
  int calls = 0;
  scripted_server server(io, [&](const std::string&) {
    if (++calls == 1) return scripted_answer{{test::k_chunked_head, test::http_chunk(": heartbeat\n\n")}, scripted_answer::ending::stay_silent};
    return stream(sse_of(s.events, 0, 1), false);
  });
  const auto outcome = follow_all(server, {.read_deadline = 100ms});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->phase, model::phase::succeeded);
  EXPECT_EQ(calls, 2);
}

TEST_F(ClientTest, IsUnreachableOnlyWhenPatienceIsOverAndSaysHowToFollowLater) {
  scripted_server server(io, [](const std::string&) { return scripted_answer{{}, scripted_answer::ending::close}; });
  const auto begun = std::chrono::steady_clock::now();
  const auto outcome = follow_all(server, {.patience = 700ms});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, errc::unavailable);
  EXPECT_THAT(outcome.error().message, HasSubstr("leadsman follow 0193-a"));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 700ms);
  EXPECT_EQ(out.notices.size(), 1u) << "the loss is said once";
}

TEST_F(ClientTest, AFollowerThatMayNotLookDoesNotTryAgain) {
  scripted_server server(io, [](const std::string&) { return scripted_answer{{http_answer(404, wire::to_problem({errc::not_found, "no such", "id"}).dump())}}; });
  const auto outcome = follow_all(server);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, errc::not_found);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(ClientTest, AnEmbeddedAgentThatDiedIsNotWaitedFor) {
  scripted_server server(io, [](const std::string&) { return scripted_answer{{}, scripted_answer::ending::close}; });
  const auto outcome = follow_all(server, {.check_agent = [] { return result<void>(fail(errc::unavailable, "it died")); }});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "it died");
}

TEST_F(ClientTest, AsksHowItEndedWhenTheStreamEndsWithoutItsLastEvent) {
  model::deployment d;
  d.id = "0193-a";
  d.state.phase = model::phase::superseded;
  scripted_server server(io, [&](const std::string& request) {
    if (request.find("/events ") == std::string::npos) return scripted_answer{{http_answer(200, nlohmann::json(d).dump())}};
    return stream("event: end\ndata: {}\n\n", true);
  });
  const auto outcome = follow_all(server);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->phase, model::phase::superseded);
}

TEST_F(ClientTest, PassesOverEventsOfANewerAgent) {
  story s;
  s.phase(model::phase::deploying).phase(model::phase::deploying).end(model::phase::succeeded, "Deployed", model::rollback_outcome::none);
  scripted_server server(io, [&](const std::string&) {
    const std::string unknown = "id: 2\nevent: dance\ndata: {\"seq\": 2, \"kind\": \"dance\"}\n\n: heartbeat\n\n";
    return stream(sse_of(s.events, 0, 1) + unknown + sse_of(s.events, 2, 3), false);
  });
  const auto outcome = follow_all(server);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_THAT(out.seen, ElementsAre(1, 3));
}

}  // namespace
}  // namespace leadsman::action
