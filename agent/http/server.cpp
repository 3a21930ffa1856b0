#include "http/server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include <list>

#include "async/notifier.hpp"
#include "async/task_group.hpp"
#include "http/listener.hpp"
#include "http/session.hpp"
#include "http/tls.hpp"

namespace leadsman::http {

using namespace std::chrono_literals;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

// Beyond max_connections so many more are told why; the rest is closed without a word.
constexpr size_t k_told_why = 64;
constexpr auto k_accept_pause = 100ms;

}  // namespace

struct server::state : std::enable_shared_from_this<server::state> {
  state(asio::any_io_executor e, std::shared_ptr<server_context> a)
      : executor(e), app(std::move(a)), accepting(e), session_ended(e) {}

  result<void> open_all();
  task<void> accept_from(listener& at);
  void admit(socket accepted, asio::ssl::context* with_tls);
  void start_session(session_arguments with);
  void interrupt(bool also_busy);
  task<void> wait_for_sessions(std::chrono::milliseconds limit);

  asio::any_io_executor executor;
  std::shared_ptr<server_context> app;
  std::optional<renewable_certificate> tls;
  std::list<listener> listeners;
  task_group accepting;
  std::list<std::shared_ptr<session_slot>> sessions;
  size_t being_refused = 0;  // so many of them
  notifier session_ended;
};

result<void> server::state::open_all() {
  const server_options& options = app->options;
  if (options.listen.empty()) return fail(errc::invalid_input, "there is no address to listen on", "listen");
  if (options.tls) {
    LEADSMAN_TRY(tls, renewable_certificate::open(*options.tls));
  }
  for (const listen_address& at : options.listen) {
    auto opened = listener::open(executor, at, options.tls || options.behind_proxy);
    if (!opened) {
      listeners.clear();
      return fail(opened.error());
    }
    listeners.push_back(std::move(*opened));
  }
  return {};
}

task<void> server::state::accept_from(listener& at) {
  for (;;) {
    auto [failure, accepted] = co_await at.incoming().async_accept(no_throw);
    if (!at.incoming().is_open()) co_return;
    if (!failure) {
      admit(std::move(accepted), at.is_unix() || !tls ? nullptr : &tls->current());
      continue;
    }
    spdlog::warn("cannot accept a connection on {}: {}", to_string(at.at()), failure.message());
    co_await sleep_for(k_accept_pause);  // out of file descriptors: some have to be given back first
  }
}

void server::state::admit(socket accepted, asio::ssl::context* with_tls) {
  const bool overloaded = sessions.size() - being_refused >= app->options.limits.max_connections;
  if (overloaded) ++app->metrics.refused_connections;
  if (overloaded && being_refused >= k_told_why) return;
  error_code failure;
  accepted.local_endpoint(failure);
  if (failure) return;  // gone already
  start_session({app, make_connection(std::move(accepted), with_tls), std::make_shared<session_slot>(), overloaded});
}

void server::state::start_session(session_arguments with) {
  const auto place = sessions.insert(sessions.end(), with.slot);
  const auto slot = with.slot->interrupt.slot();
  const size_t refused = with.overloaded ? 1 : 0;
  being_refused += refused;
  auto on_end = [self = shared_from_this(), place, refused](std::exception_ptr failure) {
    self->sessions.erase(place);
    self->being_refused -= refused;
    self->session_ended.notify();
    end_spawned("session", failure);
  };
  auto coroutine = run_session(std::move(with));
  asio::co_spawn(executor, std::move(coroutine), asio::bind_cancellation_slot(slot, std::move(on_end)));
}

void server::state::interrupt(bool also_busy) {
  const std::vector<std::shared_ptr<session_slot>> now_open(sessions.begin(), sessions.end());
  for (const auto& slot : now_open) {
    if (slot->waiting || also_busy) slot->interrupt.emit(asio::cancellation_type::terminal);
  }
}

task<void> server::state::wait_for_sessions(std::chrono::milliseconds limit) {
  const auto deadline = steady_clock::now() + limit;
  while (!sessions.empty() && steady_clock::now() < deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    co_await session_ended.wait_change(session_ended.version(), left);
  }
}

server::server(asio::any_io_executor executor, server_options options, runner::service& service,
               const auth::authenticator& authenticator)
    : state_(std::make_shared<state>(
          executor, std::make_shared<server_context>(std::move(options), service, authenticator))) {}

server::~server() = default;

result<void> server::start() {
  LEADSMAN_CHECK(state_->open_all());
  for (listener& at : state_->listeners) {
    state_->accepting.spawn("accept", [self = state_, &at] { return self->accept_from(at); });
  }
  return {};
}

task<void> server::stop() {
  const auto self = state_;
  self->app->stopping = true;
  for (listener& at : self->listeners) at.close();
  self->accepting.cancel();
  co_await self->accepting.join();
  self->interrupt(false);
  co_await self->wait_for_sessions(self->app->options.limits.stop_timeout);
  if (!self->sessions.empty()) spdlog::warn("{} connections did not end in time and are cut", self->sessions.size());
  while (!self->sessions.empty()) {
    self->interrupt(true);
    co_await self->wait_for_sessions(1s);
  }
}

std::vector<std::string> server::addresses() const {
  std::vector<std::string> all;
  for (const listener& at : state_->listeners) {
    all.push_back(at.is_unix() ? to_string(at.at()) : (state_->tls ? "https://" : "http://") + to_string(at.at()));
  }
  return all;
}

std::string server::metrics_text() const { return state_->app->metrics.text(); }

}  // namespace leadsman::http
