#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <memory>
#include <span>
#include <string>

#include "net/resolve.hpp"
#include "net/tls.hpp"

namespace leadsman::net {

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
};

}  // namespace leadsman::net
