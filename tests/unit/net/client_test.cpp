#include "net/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "async/task_group.hpp"
#include "support/scripted_server.hpp"

namespace leadsman::net {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::http_chunk;
using test::run_until_done;
using test::scripted_answer;
using test::scripted_server;
using testing::HasSubstr;
using ending = scripted_answer::ending;

client make_client(asio::io_context& io, const std::string& url, client_options options = {}) {
  return client(io.get_executor(), parse_endpoint(url).value(), std::move(options));
}

result<response> exchange(asio::io_context& io, client& http, request r, std::chrono::milliseconds timeout = 5s) {
  result<response> answer = fail(errc::internal, "not run");
  run_until_done(io, [&]() -> task<void> {
    auto asking = http.exchange(r, timeout);
    answer = co_await std::move(asking);
  });
  return answer;
}

TEST(Client, KeepsAConnectionForTheNextRequest) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{http_answer(200, "hello")}}; });
  client http = make_client(io, server.url());
  for (int i = 0; i < 3; ++i) {
    const auto answer = exchange(io, http, {"GET", "/x"});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "hello");
    EXPECT_EQ(answer->header("content-type"), "application/json");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(Client, SendsTheBodyAndReadsChunkedOnes) {
  asio::io_context io;
  scripted_server server(io, [](const std::string& request) {
    return scripted_answer{{test::k_chunked_head, http_chunk(request.substr(request.find("\r\n\r\n") + 4)), http_chunk("!"), "0\r\n\r\n"}};
  });
  client http = make_client(io, server.url());
  const std::string large(300'000, 'x');
  const auto answer = exchange(io, http, {"POST", "/x", {}, large});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, large + "!");
}

TEST(Client, AnErrorStatusIsAnAnswer) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{http_answer(503, "busy", "Retry-After: 2\r\n")}}; });
  client http = make_client(io, server.url());
  const auto answer = exchange(io, http, {"GET", "/"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->header("Retry-After"), "2");
}

TEST(Client, ReadsABodyThatEndsWithTheConnection) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{"HTTP/1.1 200 OK\r\n\r\nto the end"}, ending::close}; });
  client http = make_client(io, server.url());
  EXPECT_EQ(exchange(io, http, {"GET", "/"}).value().body, "to the end");
  EXPECT_EQ(exchange(io, http, {"GET", "/"}).value().body, "to the end");
  EXPECT_EQ(server.connections(), 2);
}

// The server closes a kept connection instead of answering the second request on it.
struct closing_server {
  explicit closing_server(asio::io_context& io)
      : server(io, [this](const std::string&) {
          return ++asked == 2 ? scripted_answer{{}, ending::close} : scripted_answer{{http_answer(200, "ok")}};
        }) {}
  int asked = 0;
  scripted_server server;
};

TEST(Client, RepeatsAnIdempotentRequestOnceWhenAKeptConnectionWasStale) {
  asio::io_context io;
  closing_server closing(io);
  client http = make_client(io, closing.server.url());
  ASSERT_TRUE(exchange(io, http, {"GET", "/1"}));
  EXPECT_EQ(exchange(io, http, {"GET", "/2"}).value().body, "ok");
  EXPECT_EQ(closing.asked, 3);
  EXPECT_EQ(closing.server.connections(), 2);
}

TEST(Client, NeverRepeatsAPost) {
  asio::io_context io;
  closing_server closing(io);
  client http = make_client(io, closing.server.url());
  ASSERT_TRUE(exchange(io, http, {"POST", "/1"}));
  const auto answer = exchange(io, http, {"POST", "/2"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::unavailable);
  EXPECT_EQ(closing.asked, 2);
}

TEST(Client, DoesNotRepeatOnAFreshConnection) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{}, ending::close}; });
  client http = make_client(io, server.url());
  const auto answer = exchange(io, http, {"GET", "/"});
  EXPECT_EQ(answer.error().code, errc::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("closed the connection"));
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(Client, AnAnswerThatIsCutOffIsAnError) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"}, ending::close}; });
  client http = make_client(io, server.url());
  const auto answer = exchange(io, http, {"GET", "/"});
  EXPECT_EQ(answer.error().code, errc::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("before its answer was complete"));
}

TEST(Client, TimesOutWhenTheServerIsSilent) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{}, ending::stay_silent}; });
  client http = make_client(io, server.url());
  const auto answer = exchange(io, http, {"GET", "/"}, 50ms);
  EXPECT_EQ(answer.error().code, errc::timed_out);
  EXPECT_THAT(answer.error().message, HasSubstr(server.url()));
}

TEST(Client, RefusesABodyOverTheLimit) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{http_answer(200, std::string(2000, 'x'))}}; });
  client http = make_client(io, server.url(), {.body_limit = 1000});
  EXPECT_EQ(exchange(io, http, {"GET", "/"}).error().code, errc::too_large);
}

TEST(Client, NamesTheAddressThatRefuses) {
  asio::io_context io;
  std::string url;
  { url = scripted_server(io, nullptr).url(); }
  client http = make_client(io, url);
  const auto answer = exchange(io, http, {"GET", "/"});
  EXPECT_EQ(answer.error().code, errc::unavailable);
  EXPECT_THAT(answer.error().message, testing::AllOf(HasSubstr(url), HasSubstr("Connection refused")));
}

TEST(Client, NamesTheHostThatIsNotKnown) {
  asio::io_context io;
  client http = make_client(io, "http://no-such-host.invalid");
  const auto answer = exchange(io, http, {"GET", "/"}, 3s);
  EXPECT_THAT(answer.error().code, testing::AnyOf(errc::unavailable, errc::timed_out));
  EXPECT_THAT(answer.error().message, HasSubstr("no-such-host.invalid"));
}

TEST(Client, SaysWhatDoesNotSpeakHttp) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{"SSH-2.0-OpenSSH\r\n\r\n"}, ending::close}; });
  client http = make_client(io, server.url());
  EXPECT_THAT(exchange(io, http, {"GET", "/"}).error().message, HasSubstr("does not answer in HTTP"));
}

TEST(Client, NoMoreConnectionsThanAllowed) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{http_answer(200, "ok")}}; });
  client http = make_client(io, server.url(), {.max_connections = 2, .max_idle = 2});
  int answered = 0;
  run_until_done(io, [&]() -> task<void> {
    task_group group(io.get_executor());
    for (int i = 0; i < 10; ++i) {
      group.spawn("exchange", [&]() -> task<void> {
        auto asking = http.exchange({"GET", "/"}, 5s);
        const auto answer = co_await std::move(asking);
        answered += answer ? 1 : 0;
      });
    }
    co_await group.join();
  });
  EXPECT_EQ(answered, 10);
  EXPECT_LE(server.connections(), 2);
}

TEST(Client, CancellationEndsAnExchange) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{}, ending::stay_silent}; });
  client http = make_client(io, server.url());
  bool went_on = false;
  run_until_done(io, [&]() -> task<void> {
    task_group group(io.get_executor());
    group.spawn("exchange", [&]() -> task<void> {
      auto asking = http.exchange({"GET", "/"}, 1h);
      const auto answer = co_await std::move(asking);
      EXPECT_EQ(answer.error().code, errc::canceled);
      co_await sleep_for(1ms);
      went_on = true;
    });
    co_await sleep_for(20ms);
    group.cancel();
    co_await group.join();
  });
  EXPECT_FALSE(went_on);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(Client, TalksToAUnixSocket) {
  asio::io_context io;
  const std::string path = testing::TempDir() + "/leadsman-net-client-test.sock";
  ::unlink(path.c_str());
  asio::local::stream_protocol::acceptor acceptor(io, path);
  acceptor.async_accept([](boost::system::error_code, asio::local::stream_protocol::socket socket) {
    asio::write(socket, asio::buffer(http_answer(200, "local")));
  });
  client http = make_client(io, "unix:" + path);
  EXPECT_EQ(exchange(io, http, {"GET", "/"}).value().body, "local");
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace leadsman::net
