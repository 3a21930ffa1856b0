#include "action/client/interruption.hpp"

#include <boost/asio/signal_set.hpp>

#include <csignal>

namespace leadsman::action {

struct interruption::state : std::enable_shared_from_this<interruption::state> {
  explicit state(asio::any_io_executor executor) : signals(executor, SIGINT, SIGTERM), changed(executor) {}

  void listen() {
    signals.async_wait([self = shared_from_this()](const boost::system::error_code& failure, int signal) {
      if (failure) return;
      self->take(signal);
      self->listen();
    });
  }

  void take(int signal) {
    last_at = std::chrono::steady_clock::now();
    if (count++ == 0) first_at = last_at;
    must_go = must_go || signal == SIGTERM || count > 1;
    changed.notify();
  }

  asio::signal_set signals;
  notifier changed;
  int count = 0;
  bool must_go = false;
  std::chrono::steady_clock::time_point first_at{};
  std::chrono::steady_clock::time_point last_at{};
};

interruption::interruption(asio::any_io_executor executor) : state_(std::make_shared<state>(executor)) { state_->listen(); }

interruption::~interruption() {
  boost::system::error_code ignored;
  state_->signals.cancel(ignored);
}

bool interruption::asked() const { return state_->count > 0; }
bool interruption::must_go() const { return state_->must_go; }
std::chrono::steady_clock::time_point interruption::first_at() const { return state_->first_at; }
std::chrono::steady_clock::time_point interruption::last_at() const { return state_->last_at; }
notifier& interruption::changed() { return state_->changed; }

}  // namespace leadsman::action
