#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "net/certificate.hpp"
#include "net/resolve.hpp"
#include "net/tls.hpp"

namespace leadsman::net {

// Why a certificate was not accepted.
enum class distrust { none,
                      unknown_authority,
                      expired,
                      not_yet_valid,
                      wrong_name,
                      other };

// How far the opening of a connection came, and which certificate was shown: the one that was not accepted, else the
// server's own.
struct sighting {
  enum class step { name,
                    connection,
                    handshake,
                    open };
  step came_to = step::name;  // the one that was begun last; `open`: all went well
  distrust why = distrust::none;
  std::optional<certificate> shown{};
};

// One connection, TCP or Unix socket, with or without TLS. Every operation ends at its deadline. After an error the
// connection is of no more use.
class connection {
 public:
  explicit connection(asio::any_io_executor executor);

  // Errors: unavailable, timed_out, invalid_input (TLS material), canceled.
  task<result<void>> open(endpoint at, std::shared_ptr<tls_context> tls, std::chrono::milliseconds connect_timeout,
                          deadline until);
  task<result<void>> write(std::string_view head, std::string_view body, deadline until);
  task<result<size_t>> read_some(std::span<char> to, deadline until);  // 0: the other side has ended

  // A kept connection that the server has closed meanwhile, or that says something nobody asked for.
  bool is_stale();
  const std::string& address() const { return address_; }  // for messages
  const sighting& seen() const { return seen_; }

 private:
  using raw_stream = boost::beast::basic_stream<asio::generic::stream_protocol>;
  using tls_stream = asio::ssl::stream<raw_stream&>;

  task<result<void>> connect(const std::vector<socket_address>& addresses, std::chrono::milliseconds connect_timeout,
                             deadline until);
  task<result<void>> handshake(const endpoint& at, const tls_options& options, asio::ssl::context& context, deadline until);
  void set_tcp_options();
  error describe(std::string_view doing, const boost::system::error_code& why) const;

  raw_stream raw_;
  std::unique_ptr<tls_stream> tls_;
  std::shared_ptr<tls_context> context_;
  std::string address_;
  sighting seen_;
};

}  // namespace leadsman::net
