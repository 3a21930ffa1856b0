#include "net/body_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "net/client.hpp"
#include "support/scripted_server.hpp"

namespace leadsman::net {
namespace {

using namespace std::chrono_literals;
using test::http_chunk;
using test::run_until_done;
using test::scripted_answer;
using test::scripted_server;
using ending = scripted_answer::ending;

struct read_stream {
  int status = 0;
  std::string body;
  std::optional<error> failure;
};

read_stream read_all_of(asio::io_context& io, const scripted_server& server, std::chrono::milliseconds idle) {
  read_stream got;
  client http(io.get_executor(), parse_endpoint(server.url()).value());
  run_until_done(io, [&]() -> task<void> {
    auto opening = http.open_stream({"GET", "/watch"});
    auto stream = co_await std::move(opening);
    if (!stream) {
      got.failure = stream.error();
      co_return;
    }
    got.status = (*stream)->status();
    for (;;) {
      const auto chunk = co_await (*stream)->read_some(idle);
      if (!chunk) got.failure = chunk.error();
      if (!chunk || !*chunk) co_return;
      got.body += **chunk;
    }
  });
  return got;
}

TEST(BodyStream, DeliversChunksUntilTheCleanEnd) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) {
    return scripted_answer{{test::k_chunked_head, http_chunk("one\n"), http_chunk("two\n"), "0\r\n\r\n"}};
  });
  const read_stream got = read_all_of(io, server, 1s);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "one\ntwo\n");
  EXPECT_FALSE(got.failure);
}

TEST(BodyStream, ABrokenConnectionIsNotACleanEnd) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{test::k_chunked_head, http_chunk("one\n")}, ending::close}; });
  const read_stream got = read_all_of(io, server, 1s);
  EXPECT_EQ(got.body, "one\n");
  ASSERT_TRUE(got.failure);
  EXPECT_EQ(got.failure->code, errc::unavailable);
}

TEST(BodyStream, SilenceIsTimedOut) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{test::k_chunked_head, http_chunk("one\n")}, ending::stay_silent}; });
  const read_stream got = read_all_of(io, server, 50ms);
  EXPECT_EQ(got.body, "one\n");
  ASSERT_TRUE(got.failure);
  EXPECT_EQ(got.failure->code, errc::timed_out);
}

TEST(BodyStream, AnErrorStatusIsSeenBeforeTheBody) {
  asio::io_context io;
  scripted_server server(io, [](const std::string&) { return scripted_answer{{test::http_answer(410, "{\"kind\":\"Status\"}")}}; });
  const read_stream got = read_all_of(io, server, 1s);
  EXPECT_EQ(got.status, 410);
  EXPECT_EQ(got.body, "{\"kind\":\"Status\"}");
}

}  // namespace
}  // namespace leadsman::net
