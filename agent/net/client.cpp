#include "net/client.hpp"

#include <list>

#include "async/notifier.hpp"
#include "net/connection.hpp"
#include "net/response_reader.hpp"

namespace leadsman::net {

using clock = std::chrono::steady_clock;

// Lives as long as the client or the last of its exchanges.
class client::pool {
 public:
  pool(asio::any_io_executor executor, endpoint to, client_options settings)
      : at(std::move(to)), options(std::move(settings)), executor_(executor), freed_(executor) {
    if (!options.tls) options.tls = std::make_shared<tls_context>(tls_options{});
  }

  // One of `max_connections` turns; given back when it is destroyed.
  struct turn {
    explicit turn(pool& from) : owner(from) { ++owner.busy_; }
    ~turn() {
      --owner.busy_;
      owner.freed_.notify();
    }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    pool& owner;
  };

  task<result<void>> wait_for_turn(deadline until) {
    while (busy_ >= options.max_connections) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock::now());
      if (left.count() <= 0) co_return fail(errc::timed_out, "all connections to " + to_string(at) + " were busy for too long");
      co_await freed_.wait_change(freed_.version(), left);
    }
    co_return result<void>{};
  }

  std::unique_ptr<connection> take_kept() {
    std::erase_if(kept_, [&](const kept& k) { return clock::now() - k.since > options.keep_idle; });
    while (!kept_.empty()) {
      std::unique_ptr<connection> newest = std::move(kept_.back().wire);
      kept_.pop_back();
      if (!newest->is_stale()) return newest;
    }
    return nullptr;
  }

  void keep(std::unique_ptr<connection> wire) {
    kept_.push_back({std::move(wire), clock::now()});
    if (kept_.size() > options.max_idle) kept_.pop_front();
  }

  void close_kept() { kept_.clear(); }

  task<result<std::unique_ptr<connection>>> connect(deadline until) {
    auto fresh = std::make_unique<connection>(executor_);
    auto opening = fresh->open(at, options.tls, options.connect_timeout, until);
    LEADSMAN_CO_CHECK(co_await std::move(opening));
    co_return std::move(fresh);
  }

  const endpoint at;
  client_options options;

 private:
  struct kept {
    std::unique_ptr<connection> wire;
    clock::time_point since;
  };
  asio::any_io_executor executor_;
  notifier freed_;
  size_t busy_ = 0;
  std::list<kept> kept_;  // oldest first
};

client::client(asio::any_io_executor executor, endpoint at, client_options options)
    : pool_(std::make_shared<pool>(executor, std::move(at), std::move(options))) {}
client::~client() = default;

const endpoint& client::at() const { return pool_->at; }
void client::close_idle() { pool_->close_kept(); }

namespace {

task<result<void>> send_and_read(connection& wire, const std::string& head, const request& r, response_reader& reader,
                                 deadline until) {
  LEADSMAN_CO_CHECK(co_await wire.write(head, r.body, until));
  co_return co_await reader.read_head(wire, until);
}

}  // namespace

task<result<response>> client::exchange(request r, std::chrono::milliseconds timeout) {
  const std::shared_ptr<pool> connections = pool_;
  const deadline until = clock::now() + timeout;
  LEADSMAN_CO_TRY(const std::string head, serialize_head(r, connections->at));
  LEADSMAN_CO_CHECK(co_await connections->wait_for_turn(until));
  const pool::turn turn(*connections);

  std::unique_ptr<connection> wire = connections->take_kept();
  for (;;) {
    const bool was_kept = wire != nullptr;
    if (!wire) { LEADSMAN_CO_TRY(wire, co_await connections->connect(until)); }
    response_reader reader(connections->options.body_limit, r.method == "HEAD");
    const result<void> begun = co_await send_and_read(*wire, head, r, reader, until);
    if (!begun) {
      // The server may have closed a kept connection just when we wrote; it has not answered, so once more, on a new one.
      const bool stale = was_kept && reader.heard_nothing() && begun.error().code == errc::unavailable;
      if (!stale || !is_repeatable(r)) co_return fail(begun.error());
      wire = nullptr;
      connections->close_kept();
      continue;
    }
    LEADSMAN_CO_CHECK(co_await reader.read_whole(*wire, until));
    if (reader.is_reusable()) connections->keep(std::move(wire));
    co_return response{reader.status(), reader.headers(), reader.take_body()};
  }
}

task<result<std::unique_ptr<body_stream>>> client::open_stream(request r, stream_timeouts timeouts) {
  const std::shared_ptr<pool> connections = pool_;
  const deadline until = clock::now() + timeouts.header;
  LEADSMAN_CO_TRY(const std::string head, serialize_head(r, connections->at));
  LEADSMAN_CO_TRY(std::unique_ptr<connection> wire, co_await connections->connect(until));
  auto reader = std::make_unique<response_reader>(std::nullopt, r.method == "HEAD");
  LEADSMAN_CO_CHECK(co_await send_and_read(*wire, head, r, *reader, until));
  co_return std::make_unique<body_stream>(std::move(wire), std::move(reader));
}

}  // namespace leadsman::net
