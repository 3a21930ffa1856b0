#include "async/notifier.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

namespace leadsman {

// A timer that notify() finds, for as long as somebody waits for it. One a waiter and nothing else: there may be thousands.
class notifier::waiter {
 public:
  waiter(std::shared_ptr<state> at, asio::steady_timer::time_point until)
      : state_(std::move(at)), timer_(state_->executor, until), place_(state_->waiting.insert(state_->waiting.end(), &timer_)) {}
  ~waiter() { state_->waiting.erase(place_); }
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  asio::steady_timer& timer() { return timer_; }

 private:
  std::shared_ptr<state> state_;
  asio::steady_timer timer_;
  std::list<asio::steady_timer*>::iterator place_;
};

notifier::notifier(asio::any_io_executor executor) : state_(std::make_shared<state>(state{executor})) {}

void notifier::notify() {
  ++state_->version;
  for (asio::steady_timer* timer : state_->waiting) timer->cancel();
}

task<bool> notifier::wait_change(uint64_t seen, std::chrono::milliseconds limit) {
  const std::shared_ptr<state> shared = state_;
  const auto deadline = asio::steady_timer::clock_type::now() + limit;
  waiter here(shared, deadline);
  while (shared->version == seen) {
    co_await here.timer().async_wait(no_throw);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) break;
    if (asio::steady_timer::clock_type::now() >= deadline) break;
  }
  co_return shared->version != seen;
}

task<void> notifier::wait_uncancelable() {
  waiter here(state_, asio::steady_timer::time_point::max());
  co_await here.timer().async_wait(asio::bind_cancellation_slot(asio::cancellation_slot(), no_throw));
}

}  // namespace leadsman
