#include "http/connection.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/socket.h>

#include <array>

namespace leadsman::http {

namespace {

using boost::system::error_code;
using tls_stream = asio::ssl::stream<socket>;

// Ends what is under way on a socket when its time is over, and leaves the socket open: there may be an answer to give.
class deadline {
 public:
  explicit deadline(socket& wire) : state_(std::make_shared<state>(wire)) {}
  ~deadline() { disarm(); }

  void arm(std::chrono::milliseconds limit) {
    disarm();
    state_->armed = true;
    state_->timer.expires_after(limit);
    state_->timer.async_wait([state = state_, round = state_->round](const error_code& failure) {
      if (failure || !state->armed || state->round != round) return;
      state->expired = true;
      error_code ignored;
      state->wire->cancel(ignored);
    });
  }
  // True when the time was over.
  bool disarm() {
    state_->armed = false;
    ++state_->round;
    state_->timer.cancel();
    return std::exchange(state_->expired, false);
  }

 private:
  struct state {
    explicit state(socket& w) : wire(&w), timer(w.get_executor()) {}
    socket* wire;
    asio::steady_timer timer;
    bool armed = false;  // else the socket may be gone
    bool expired = false;
    uint64_t round = 0;
  };
  std::shared_ptr<state> state_;
};

std::unexpected<error> explain(const error_code& failure, bool expired) {
  if (expired) return fail(errc::timed_out, "the client did not go on in time");
  if (failure == asio::error::operation_aborted) return fail(errc::canceled, "the connection was ended");
  return fail(errc::unavailable, "the client is gone: " + failure.message());
}

std::optional<uid_t> peer_uid(socket& wire) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (wire.local_endpoint().protocol().family() != AF_UNIX) return std::nullopt;
  if (::getsockopt(wire.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  return credentials.uid;
}

task<error_code> do_handshake(socket&) { co_return error_code(); }
task<error_code> do_handshake(tls_stream& stream) {
  const auto [failure] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
  co_return failure;
}

task<void> say_goodbye(socket&) { co_return; }
task<void> say_goodbye(tls_stream& stream) { co_await stream.async_shutdown(no_throw); }

template <class Stream>
class stream_connection final : public connection {
 public:
  template <class... Args>
  explicit stream_connection(socket accepted, Args&... args) : stream_(std::move(accepted), args...), deadline_(wire()) {}

  task<result<void>> handshake(std::chrono::milliseconds limit) override {
    deadline_.arm(limit);
    const error_code failure = co_await do_handshake(stream_);
    const bool expired = deadline_.disarm();
    if (failure) co_return explain(failure, expired);
    co_return result<void>();
  }

  task<result<size_t>> read_some(asio::mutable_buffer into, std::chrono::milliseconds limit) override {
    deadline_.arm(limit);
    const auto [failure, count] = co_await stream_.async_read_some(into, no_throw);
    const bool expired = deadline_.disarm();
    if (failure) co_return explain(failure, expired);
    co_return count;
  }

  // Most of what is ever written is taken by the kernel, which costs neither a timer nor a turn of the loop.
  size_t write_at_once(std::string_view data) override {
    if constexpr (std::is_same_v<Stream, socket>) {
      error_code would_block;
      return stream_.write_some(asio::buffer(data), would_block);
    } else {
      return 0;  // TLS has to be asked for its own bytes first
    }
  }

  task<result<void>> write(std::string_view data, std::chrono::milliseconds progress) override {
    data.remove_prefix(write_at_once(data));
    while (!data.empty()) {
      deadline_.arm(progress);
      const auto [failure, count] = co_await stream_.async_write_some(asio::buffer(data), no_throw);
      const bool expired = deadline_.disarm();
      if (failure) co_return explain(failure, expired);
      data.remove_prefix(count);
    }
    co_return result<void>();
  }

  // Closing while the client still sends would make its kernel throw our last answer away: read on for a while.
  task<void> close(std::chrono::milliseconds limit) override {
    deadline_.arm(limit);
    co_await say_goodbye(stream_);
    error_code failure;
    wire().shutdown(socket::shutdown_send, failure);
    std::array<char, 1024> waste;
    deadline_.arm(limit);
    while (!failure) {
      std::tie(failure, std::ignore) = co_await wire().async_read_some(asio::buffer(waste), no_throw);
    }
    deadline_.disarm();
    wire().close(failure);
  }

 private:
  socket& wire() {
    if constexpr (std::is_same_v<Stream, socket>) return stream_;
    else return stream_.next_layer();
  }

  Stream stream_;
  deadline deadline_;
};

}  // namespace

std::unique_ptr<connection> make_connection(socket accepted, asio::ssl::context* tls) {
  error_code ignored;
  accepted.set_option(asio::ip::tcp::no_delay(true), ignored);  // a Unix socket has no such option
  accepted.non_blocking(true, ignored);                         // for write_at_once
  const auto peer = peer_uid(accepted);
  std::unique_ptr<connection> made;
  if (tls) made = std::make_unique<stream_connection<tls_stream>>(std::move(accepted), *tls);
  else made = std::make_unique<stream_connection<socket>>(std::move(accepted));
  made->peer = peer;
  return made;
}

}  // namespace leadsman::http
