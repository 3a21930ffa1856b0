#pragma once

#include <chrono>
#include <memory>

#include "async/task.hpp"
#include "net/body_stream.hpp"
#include "net/endpoint.hpp"
#include "net/message.hpp"
#include "net/tls.hpp"

namespace leadsman::net {

struct client_options {
  std::shared_ptr<tls_context> tls{};         // for https; none: the system's authorities
  size_t max_connections = 8;                 // exchanges at once; more wait their turn. Streams are not counted
  size_t max_idle = 2;                        // connections kept for the next request
  std::chrono::milliseconds keep_idle = std::chrono::seconds(30);
  size_t body_limit = 64 * 1024 * 1024;       // bytes of one response
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
};

// Talks HTTP/1.1 to one endpoint. Any answer, whatever its status, is a response; an error means that there was none:
// unavailable (name not found, refused, reset, TLS not trusted: the message names the address and the reason),
// timed_out, too_large (the body), invalid_input (the request or the TLS material), canceled.
// All calls on the io_context's thread. The client must outlive its calls and may go before its streams.
class client {
 public:
  client(asio::any_io_executor executor, endpoint at, client_options options = {});
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  const endpoint& at() const;

  // `timeout` covers everything: waiting for a connection, connecting, sending, the whole answer.
  task<result<response>> exchange(request r, std::chrono::milliseconds timeout);

  task<result<std::unique_ptr<body_stream>>> open_stream(request r, stream_timeouts timeouts = {});

  void close_idle();

 private:
  class pool;
  std::shared_ptr<pool> pool_;
};

}  // namespace leadsman::net
