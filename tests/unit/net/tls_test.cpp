#include "net/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl.hpp>

#include "net/client.hpp"
#include "net/connection.hpp"
#include "support/scripted_server.hpp"
#include "support/test_certificate.hpp"

namespace leadsman::net {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::make_test_certificate;
using test::scripted_answer;
using test::scripted_server;
using test::test_certificate;
using testing::AllOf;
using testing::HasSubstr;

struct tls_server {
  tls_server(asio::io_context& io, const test_certificate& with) : context(asio::ssl::context::tls_server) {
    context.use_certificate_chain(asio::buffer(with.certificate_pem));
    context.use_private_key(asio::buffer(with.key_pem), asio::ssl::context::pem);
    server.emplace(io, [](const std::string&) { return scripted_answer{{http_answer(200, "secret hello")}}; }, &context);
  }
  asio::ssl::context context;
  std::optional<scripted_server> server;
};

result<response> get(asio::io_context& io, const tls_server& from, tls_options options, int times = 1) {
  client http(io.get_executor(), parse_endpoint(from.server->url()).value(), {.tls = std::make_shared<tls_context>(std::move(options))});
  result<response> answer = fail(errc::internal, "not run");
  test::run_until_done(io, [&]() -> task<void> {
    for (int i = 0; i < times; ++i) {
      auto asking = http.exchange({"GET", "/"}, 5s);
      answer = co_await std::move(asking);
    }
  });
  return answer;
}

TEST(Tls, TrustsTheGivenAuthorityAndKeepsTheConnection) {
  asio::io_context io;
  const auto certificate = make_test_certificate("api", "IP:127.0.0.1", 1h);
  tls_server server(io, certificate);
  const auto answer = get(io, server, {.ca_pem = certificate.certificate_pem}, 3);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "secret hello");
  EXPECT_EQ(server.server->connections(), 1);
}

TEST(Tls, SaysWhyACertificateIsNotTrusted) {
  const auto good = make_test_certificate("api", "IP:127.0.0.1", 1h);
  const auto other = make_test_certificate("other", "IP:127.0.0.1", 1h);
  const auto expired = make_test_certificate("api", "IP:127.0.0.1", -60s);
  const auto elsewhere = make_test_certificate("api", "DNS:elsewhere.test", 1h);
  struct {
    const char* name;
    const test_certificate& served;
    const test_certificate& trusted;
    const char* why;
  } const rows[] = {
      {"another authority", good, other, "signed by an authority that is not trusted"},
      {"expired", expired, expired, "has expired"},
      {"another name", elsewhere, elsewhere, "is not for '127.0.0.1'"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    asio::io_context io;
    tls_server server(io, row.served);
    const auto answer = get(io, server, {.ca_pem = row.trusted.certificate_pem});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::unavailable);
    EXPECT_THAT(answer.error().message, AllOf(HasSubstr(row.why), HasSubstr(server.server->url()), HasSubstr("CN=api")));
    EXPECT_TRUE(server.server->requests().empty());
  }
}

sighting see(asio::io_context& io, const std::string& url, const std::string& ca_pem) {
  connection wire(io.get_executor());
  const auto tls = std::make_shared<tls_context>(tls_options{.ca_pem = ca_pem});
  test::run_until_done(io, [&]() -> task<void> {
    auto opening = wire.open(parse_endpoint(url).value(), tls, 5s, std::chrono::steady_clock::now() + 5s);
    co_await std::move(opening);
  });
  return wire.seen();
}

TEST(Tls, TellsHowFarItCameAndWhatItWasShown) {
  const auto good = make_test_certificate("api", "IP:127.0.0.1", 1h);
  const auto expired = make_test_certificate("old", "IP:127.0.0.1", -60s);
  const auto elsewhere = make_test_certificate("far", "DNS:elsewhere.test", 1h);
  struct {
    const char* name;
    const test_certificate& served;
    const test_certificate& trusted;
    sighting::step came_to;
    distrust why;
  } const rows[] = {
      {"good", good, good, sighting::step::open, distrust::none},
      {"another authority", good, expired, sighting::step::handshake, distrust::unknown_authority},
      {"expired", expired, expired, sighting::step::handshake, distrust::expired},
      {"another name", elsewhere, elsewhere, sighting::step::handshake, distrust::wrong_name},
  };
  for (const auto& row : rows) {
    asio::io_context io;
    tls_server server(io, row.served);
    const sighting seen = see(io, server.server->url(), row.trusted.certificate_pem);
    EXPECT_EQ(seen.came_to, row.came_to) << row.name;
    EXPECT_EQ(seen.why, row.why) << row.name;
    ASSERT_TRUE(seen.shown) << row.name;
    EXPECT_EQ(seen.shown->subject, parse_certificate(row.served.certificate_pem)->subject) << row.name;
  }
  asio::io_context io;
  EXPECT_EQ(see(io, "https://127.0.0.1:1", "").came_to, sighting::step::connection);
  EXPECT_EQ(see(io, "https://nowhere.invalid", "").came_to, sighting::step::name);
}

TEST(Tls, AServerNameReplacesTheHost) {
  asio::io_context io;
  const auto certificate = make_test_certificate("api", "DNS:elsewhere.test", 1h);
  tls_server server(io, certificate);
  EXPECT_TRUE(get(io, server, {.ca_pem = certificate.certificate_pem, .server_name = "elsewhere.test"}));
}

TEST(Tls, InsecureAcceptsAnyCertificate) {
  asio::io_context io;
  tls_server server(io, make_test_certificate("api", "DNS:elsewhere.test", -60s));
  EXPECT_TRUE(get(io, server, {.insecure = true}));
}

TEST(Tls, AClientCertificateIsShown) {
  asio::io_context io;
  const auto certificate = make_test_certificate("api", "IP:127.0.0.1", 1h);
  const auto me = make_test_certificate("admin", "DNS:me", 1h);
  tls_server server(io, certificate);
  server.context.add_certificate_authority(asio::buffer(me.certificate_pem));
  server.context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  EXPECT_TRUE(get(io, server, {.ca_pem = certificate.certificate_pem, .client_cert_pem = me.certificate_pem, .client_key_pem = me.key_pem}));
  EXPECT_FALSE(get(io, server, {.ca_pem = certificate.certificate_pem}));
}

TEST(Tls, RefusesMaterialThatDoesNotFit) {
  const auto one = make_test_certificate("one", "DNS:x", 1h);
  const auto two = make_test_certificate("two", "DNS:x", 1h);
  struct {
    tls_options options;
    const char* why;
  } const rows[] = {
      {{.client_cert_pem = one.certificate_pem, .client_key_pem = two.key_pem}, "client key"},
      {{.client_cert_pem = "nonsense", .client_key_pem = two.key_pem}, "client certificate cannot be used"},
      {{.ca_pem = "nonsense"}, "certificate authority cannot be used"},
  };
  for (const auto& row : rows) {
    tls_context context(row.options);
    const auto made = context.get();
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::invalid_input);
    EXPECT_THAT(made.error().message, HasSubstr(row.why));
  }
}

TEST(Tls, TheContextIsMadeOnce) {
  tls_context context({});
  EXPECT_EQ(context.get().value(), context.get().value());
}

}  // namespace
}  // namespace leadsman::net
