#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <memory>
#include <optional>
#include <string_view>

#include "async/task.hpp"

namespace boost::asio::ssl {
class context;
}

namespace leadsman::http {

using socket = asio::generic::stream_protocol::socket;

// A byte stream to one client: TCP, TLS or a Unix socket. One operation at a time.
// Errors of all operations: timed_out, unavailable (the client is gone), canceled. The stream is then of no more use.
class connection {
 public:
  virtual ~connection() = default;

  virtual task<result<void>> handshake(std::chrono::milliseconds limit) = 0;
  virtual task<result<size_t>> read_some(asio::mutable_buffer into, std::chrono::milliseconds limit) = 0;
  // Writes everything, however slowly, as long as something moves within each `progress`.
  virtual task<result<void>> write(std::string_view data, std::chrono::milliseconds progress) = 0;
  // Writes as much as is taken without waiting, which may be nothing, and returns how much that was.
  virtual size_t write_at_once(std::string_view data) = 0;
  // Says that nothing more will come, and lets the client read what was written.
  virtual task<void> close(std::chrono::milliseconds limit) = 0;

  std::optional<uid_t> peer{};  // of a Unix socket
};

// `tls` is null for plain text; it has to last for this call only.
std::unique_ptr<connection> make_connection(socket accepted, asio::ssl::context* tls);

}  // namespace leadsman::http
