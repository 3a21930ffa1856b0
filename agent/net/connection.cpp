#include "net/connection.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>

#include "net/certificate.hpp"

namespace leadsman::net {

namespace beast = boost::beast;
using boost::system::error_code;

connection::connection(asio::any_io_executor executor) : raw_(executor) {}

error connection::describe(std::string_view doing, const error_code& why) const {
  if (why == beast::error::timeout) return {errc::timed_out, std::string(doing) + " " + address_ + " timed out"};
  if (why == asio::error::operation_aborted) return {errc::canceled, "canceled"};
  if (why == asio::error::eof || why == asio::ssl::error::stream_truncated) {
    return {errc::unavailable, std::string(doing) + " " + address_ + " failed: the other side closed the connection"};
  }
  return {errc::unavailable, std::string(doing) + " " + address_ + " failed: " + why.message()};
}

task<result<void>> connection::open(endpoint at, std::shared_ptr<tls_context> tls, std::chrono::milliseconds connect_timeout,
                                    deadline until) {
  address_ = to_string(at);
  LEADSMAN_CO_TRY(const std::vector<socket_address> addresses, co_await resolve(at, until));
  seen_.came_to = sighting::step::connection;
  LEADSMAN_CO_CHECK(co_await connect(addresses, connect_timeout, until));
  if (at.scheme == scheme::https) {
    seen_.came_to = sighting::step::handshake;
    context_ = std::move(tls);
    LEADSMAN_CO_TRY(asio::ssl::context* const context, context_->get());
    LEADSMAN_CO_CHECK(co_await handshake(at, context_->options(), *context, until));
  }
  seen_.came_to = sighting::step::open;
  co_return result<void>{};
}

task<result<void>> connection::connect(const std::vector<socket_address>& addresses, std::chrono::milliseconds connect_timeout,
                                       deadline until) {
  error last{errc::unavailable, "connecting to " + address_ + " failed: the name has no address"};
  for (const socket_address& to : addresses) {
    raw_.expires_at(std::min(until, std::chrono::steady_clock::now() + connect_timeout));
    const auto [failure] = co_await raw_.async_connect(to, no_throw);
    if (!failure) {
      set_tcp_options();
      co_return result<void>{};
    }
    last = describe("connecting to", failure);
    if (last.code == errc::canceled) break;
    raw_.close();
  }
  co_return fail(std::move(last));
}

// A stream may be silent for hours: the kernel asks whether the other side is still there. A Unix socket knows no such
// options and does without.
void connection::set_tcp_options() {
  error_code ignored;
  raw_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  raw_.socket().set_option(asio::socket_base::keep_alive(true), ignored);
  raw_.socket().set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>(30), ignored);
  raw_.socket().set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>(10), ignored);
  raw_.socket().set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>(3), ignored);
}

namespace {

// OpenSSL checks the certificate's name itself, so that a mismatch is told apart from other reasons.
void expect_name(SSL* ssl, const std::string& name) {
  error_code not_a_number;
  asio::ip::make_address(name, not_a_number);
  if (!not_a_number) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
    return;
  }
  SSL_set1_host(ssl, name.c_str());
  SSL_set_tlsext_host_name(ssl, name.c_str());
}

// " (CN=api, issued by CN=ca, valid until …)" of the certificate that was not accepted.
std::string describe_certificate(const std::optional<certificate>& shown) {
  if (!shown) return {};
  return " (" + shown->subject + ", issued by " + shown->issuer + ", valid from " + format_rfc3339(shown->not_before) +
         " to " + format_rfc3339(shown->not_after) + ")";
}

struct rejected_certificate {
  long reason = X509_V_OK;
  std::optional<net::certificate> shown{};
};

int rejected_slot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

// Remembers which certificate of the chain was not accepted, and why; the verdict stays OpenSSL's.
bool remember_rejected(bool accepted, asio::ssl::verify_context& context) {
  if (accepted) return true;
  X509_STORE_CTX* const store = context.native_handle();
  auto* const ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const rejected = static_cast<rejected_certificate*>(SSL_get_ex_data(ssl, rejected_slot()));
  if (rejected && rejected->reason == X509_V_OK) {
    rejected->reason = X509_STORE_CTX_get_error(store);
    if (const X509* const current = X509_STORE_CTX_get_current_cert(store)) rejected->shown = read_certificate(current);
  }
  return false;
}

distrust distrust_of(long reason) {
  switch (reason) {
    case X509_V_OK: return distrust::none;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return distrust::wrong_name;
    case X509_V_ERR_CERT_HAS_EXPIRED: return distrust::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID: return distrust::not_yet_valid;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return distrust::unknown_authority;
    default: return distrust::other;
  }
}

std::string explain(long reason, const std::string& expected) {
  switch (distrust_of(reason)) {
    case distrust::wrong_name: return "its certificate is not for '" + expected + "'";
    case distrust::expired: return "its certificate has expired";
    case distrust::not_yet_valid: return "its certificate is not valid yet (is this machine's clock right?)";
    case distrust::unknown_authority: return "its certificate was signed by an authority that is not trusted here";
    case distrust::none:
    case distrust::other: break;
  }
  return "its certificate is not accepted: " + std::string(X509_verify_cert_error_string(reason));
}

std::optional<certificate> certificate_of(SSL* ssl) {
  const X509* const shown = SSL_get0_peer_certificate(ssl);
  if (!shown) return std::nullopt;
  return read_certificate(shown);
}

}  // namespace

task<result<void>> connection::handshake(const endpoint& at, const tls_options& options, asio::ssl::context& context,
                                         deadline until) {
  const std::string expected = options.server_name.empty() ? at.host : options.server_name;
  tls_ = std::make_unique<tls_stream>(raw_, context);
  SSL* const ssl = tls_->native_handle();
  expect_name(ssl, expected);
  rejected_certificate rejected;
  SSL_set_ex_data(ssl, rejected_slot(), &rejected);
  if (!options.insecure) tls_->set_verify_callback(&remember_rejected);
  raw_.expires_at(until);
  const auto [failure] = co_await tls_->async_handshake(asio::ssl::stream_base::client, no_throw);
  SSL_set_ex_data(ssl, rejected_slot(), nullptr);
  seen_.why = distrust_of(rejected.reason);
  seen_.shown = rejected.shown ? rejected.shown : certificate_of(ssl);
  if (!failure) co_return result<void>{};
  if (rejected.reason == X509_V_OK) co_return fail(describe("the TLS handshake with", failure));
  co_return fail(errc::unavailable,
                 address_ + " cannot be trusted: " + explain(rejected.reason, expected) + describe_certificate(rejected.shown));
}

task<result<void>> connection::write(std::string_view head, std::string_view body, deadline until) {
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head), asio::buffer(body)};
  raw_.expires_at(until);
  error_code failure;
  if (tls_) {
    const auto [why, sent] = co_await asio::async_write(*tls_, buffers, no_throw);
    failure = why;
  } else {
    const auto [why, sent] = co_await asio::async_write(raw_, buffers, no_throw);
    failure = why;
  }
  if (failure) co_return fail(describe("sending to", failure));
  co_return result<void>{};
}

task<result<size_t>> connection::read_some(std::span<char> to, deadline until) {
  const asio::mutable_buffer buffer(to.data(), to.size());
  raw_.expires_at(until);
  error_code failure;
  size_t received = 0;
  if (tls_) {
    const auto [why, count] = co_await tls_->async_read_some(buffer, no_throw);
    failure = why;
    received = count;
  } else {
    const auto [why, count] = co_await raw_.async_read_some(buffer, no_throw);
    failure = why;
    received = count;
  }
  if (failure == asio::error::eof) co_return size_t{0};
  if (failure) co_return fail(describe("reading from", failure));
  co_return received;
}

bool connection::is_stale() {
  char byte = 0;
  const auto seen = ::recv(raw_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return seen >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

}  // namespace leadsman::net
