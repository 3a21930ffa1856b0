#pragma once

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>

#include "async/task.hpp"

namespace leadsman {

// Lets coroutines of one strand wait until something has changed. Each waiter remembers the version it saw, so a
// notification between looking and waiting is never lost. Not thread-safe: all on the io_context's thread.
class notifier {
 public:
  explicit notifier(asio::any_io_executor executor);

  asio::any_io_executor executor() const { return state_->executor; }
  uint64_t version() const { return state_->version; }
  void notify();

  // Returns when version() != seen, or after `limit`. True when something has changed.
  task<bool> wait_change(uint64_t seen, std::chrono::milliseconds limit);

  // Returns at the next notify(), whatever happens to the caller meanwhile.
  task<void> wait_uncancelable();

 private:
  struct state {
    asio::any_io_executor executor;
    std::list<asio::steady_timer*> waiting{};  // canceling a waiter's timer wakes it
    uint64_t version = 0;
  };
  class waiter;
  std::shared_ptr<state> state_;
};

}  // namespace leadsman
