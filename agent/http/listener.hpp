#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <sys/types.h>

#include "async/task.hpp"
#include "http/options.hpp"

namespace leadsman::http {

using acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

// One address on which the server listens.
class listener {
 public:
  // `open_to_all`: may listen beyond this machine. Errors as server::start.
  static result<listener> open(asio::any_io_executor executor, const listen_address& at, bool open_to_all);

  listener(listener&&) = default;
  ~listener();

  acceptor& incoming() { return acceptor_; }
  const listen_address& at() const { return at_; }  // with the port that was free
  bool is_unix() const { return !at_.socket_path.empty(); }
  void close();  // a socket's file goes with it

 private:
  listener(acceptor incoming, listen_address at) : acceptor_(std::move(incoming)), at_(std::move(at)) {}

  acceptor acceptor_;
  listen_address at_;
};

}  // namespace leadsman::http
