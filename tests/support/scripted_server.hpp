#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/task.hpp"

namespace leadsman::test {

// What a server does with one request. Pieces are written one after the other; `then` says what follows.
struct scripted_answer {
  std::vector<std::string> pieces;
  enum class ending { keep_open,
                      close,
                      stay_silent } then = ending::keep_open;
  std::function<std::string()> more{};  // asked for what comes next, again and again, until the client goes
};

inline std::string http_answer(int status, const std::string& body, const std::string& headers = {}) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

inline std::string http_chunk(const std::string& data) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx", data.size());
  return std::string(size) + "\r\n" + data + "\r\n";
}

inline const std::string k_chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// A real socket on 127.0.0.1 whose answers are given by a function from the request's text (head and body).
class scripted_server {
 public:
  using script = std::function<scripted_answer(const std::string& request)>;

  scripted_server(asio::io_context& io, script answers, asio::ssl::context* tls = nullptr)
      : state_(std::make_shared<state>(io, std::move(answers), tls)) {
    asio::co_spawn(io, serve(state_), asio::detached);
  }
  ~scripted_server() { state_->acceptor.close(); }

  uint16_t port() const { return state_->acceptor.local_endpoint().port(); }
  std::string url() const { return (state_->tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port()); }
  int connections() const { return state_->connections; }
  const std::vector<std::string>& requests() const { return state_->requests; }

 private:
  struct state {
    state(asio::io_context& io, script a, asio::ssl::context* t)
        : acceptor(io, {asio::ip::address_v4::loopback(), 0}), answers(std::move(a)), tls(t) {}
    asio::ip::tcp::acceptor acceptor;
    script answers;
    asio::ssl::context* tls;
    int connections = 0;
    std::vector<std::string> requests;
  };

  static task<void> serve(std::shared_ptr<state> s) {
    for (;;) {
      auto [failure, socket] = co_await s->acceptor.async_accept(no_throw);
      if (failure) co_return;
      ++s->connections;
      if (s->tls) asio::co_spawn(s->acceptor.get_executor(), talk_tls(s, std::move(socket)), asio::detached);
      else asio::co_spawn(s->acceptor.get_executor(), talk_plain(s, std::move(socket)), asio::detached);
    }
  }

  static task<void> talk_plain(std::shared_ptr<state> s, asio::ip::tcp::socket socket) { co_await talk(s, socket); }

  static task<void> talk_tls(std::shared_ptr<state> s, asio::ip::tcp::socket socket) {
    asio::ssl::stream<asio::ip::tcp::socket> stream(std::move(socket), *s->tls);
    const auto [failure] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
    if (!failure) co_await talk(s, stream);
  }

  static size_t content_length(const std::string& head) {
    const size_t at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }

  template <class Stream>
  static task<void> talk(std::shared_ptr<state> s, Stream& stream) {
    std::string buffer;
    for (;;) {
      const auto [failure, head_size] = co_await asio::async_read_until(stream, asio::dynamic_buffer(buffer), "\r\n\r\n", no_throw);
      if (failure) co_return;
      const size_t whole = head_size + content_length(buffer.substr(0, head_size));
      if (buffer.size() < whole) {
        const auto [cut, count] = co_await asio::async_read(stream, asio::dynamic_buffer(buffer), asio::transfer_exactly(whole - buffer.size()), no_throw);
        if (cut) co_return;
      }
      s->requests.push_back(buffer.substr(0, whole));
      buffer.erase(0, whole);
      const scripted_answer answer = s->answers(s->requests.back());
      for (const std::string& piece : answer.pieces) {
        const auto [cut, count] = co_await asio::async_write(stream, asio::buffer(piece), no_throw);
        if (cut) co_return;
      }
      while (answer.more) {
        const std::string next = answer.more();
        if (next.empty()) {
          co_await sleep_for(std::chrono::milliseconds(5));
          continue;
        }
        const auto [cut, count] = co_await asio::async_write(stream, asio::buffer(next), no_throw);
        if (cut) co_return;
      }
      if (answer.then == scripted_answer::ending::close) co_return;
      if (answer.then == scripted_answer::ending::stay_silent) {
        char byte;  // until the client goes
        co_await asio::async_read(stream, asio::buffer(&byte, 1), no_throw);
        co_return;
      }
    }
  }

  std::shared_ptr<state> state_;
};

// Runs `body` to its end on a fresh round of `io`; what it starts besides may be left over.
inline void run_until_done(asio::io_context& io, std::function<task<void>()> body) {
  bool done = false;
  spawn(io.get_executor(), "test", [&]() -> task<void> {
    co_await body();
    done = true;
  });
  io.restart();
  while (!done && io.run_one() > 0) {
  }
}

}  // namespace leadsman::test
