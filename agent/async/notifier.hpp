#pragma once

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>

#include "async/task.hpp"

namespace leadsman {

// Lets coroutines of one strand wait until something has changed. Each waiter remembers the version it saw, so a
// notification between looking and waiting is never lost. Not thread-safe: all on the io_context's thread.
// Of many waiters so many are woken in one turn of the loop, those first who have waited longest: what else is to be done
// is done between them, and whoever is woken late hears of two changes at once.
class notifier {
 public:
  static constexpr int k_in_one_turn = 64;

  explicit notifier(asio::any_io_executor executor);

  asio::any_io_executor executor() const { return state_->executor; }
  uint64_t version() const { return state_->version; }
  bool is_awaited() const { return !state_->waiting.empty(); }
  void notify();

  // Returns when version() != seen, or after `limit`. True when something has changed.
  // `take` is asked first, by whoever notifies or a turn of the loop later: when it has dealt with the change, which it says
  // by true, there is nobody to wake, and the wait goes on. For those who wait by the thousand: to wake one costs more.
  task<bool> wait_change(uint64_t seen, std::chrono::milliseconds limit, std::function<bool()> take = {});

  // Returns at the next notify(), whatever happens to the caller meanwhile.
  task<void> wait_uncancelable();

 private:
  class waiter;
  struct state {
    asio::any_io_executor executor;
    std::list<waiter*> waiting{};  // by the version that they have seen
    uint64_t version = 0;
    bool turn_is_to_come = false;
  };
  static void wake(const std::shared_ptr<state>& at);
  std::shared_ptr<state> state_;
};

}  // namespace leadsman
