#include "async/notifier.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace leadsman {

// One timer a waiter and nothing else: there may be thousands.
class notifier::waiter {
 public:
  waiter(std::shared_ptr<state> at, asio::steady_timer::time_point until, std::function<bool()> take = {})
      : timer(at->executor, until), seen(at->version), take_(std::move(take)), state_(std::move(at)),
        place_(state_->waiting.insert(state_->waiting.end(), this)) {}
  ~waiter() { state_->waiting.erase(place_); }
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  void tell() {
    if (take_ && take_()) {
      seen = state_->version;
      state_->waiting.splice(state_->waiting.end(), state_->waiting, place_);
    } else {
      woken = true;
      timer.cancel();
    }
  }

  asio::steady_timer timer;
  uint64_t seen;
  bool woken = false;

 private:
  std::function<bool()> take_;
  std::shared_ptr<state> state_;
  std::list<waiter*>::iterator place_;
};

notifier::notifier(asio::any_io_executor executor) : state_(std::make_shared<state>(state{executor})) {}

void notifier::notify() {
  ++state_->version;
  wake(state_);
}

void notifier::wake(const std::shared_ptr<state>& at) {
  int told = 0;
  for (auto next = at->waiting.begin(); next != at->waiting.end();) {
    waiter& one = **next++;
    if (one.seen == at->version) return;
    if (one.woken) continue;
    if (told++ == k_in_one_turn) break;
    one.tell();
  }
  if (told <= k_in_one_turn || std::exchange(at->turn_is_to_come, true)) return;
  asio::post(at->executor, [at] {
    at->turn_is_to_come = false;
    wake(at);
  });
}

task<bool> notifier::wait_change(uint64_t seen, std::chrono::milliseconds limit, std::function<bool()> take) {
  const std::shared_ptr<state> shared = state_;
  if (shared->version != seen) co_return true;
  const auto deadline = asio::steady_timer::clock_type::now() + limit;
  waiter here(shared, deadline, std::move(take));
  while (shared->version == here.seen) {
    co_await here.timer.async_wait(no_throw);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) break;
    if (asio::steady_timer::clock_type::now() >= deadline) break;
  }
  co_return shared->version != here.seen;
}

task<void> notifier::wait_uncancelable() {
  waiter here(state_, asio::steady_timer::time_point::max());
  co_await here.timer.async_wait(asio::bind_cancellation_slot(asio::cancellation_slot(), no_throw));
}

}  // namespace leadsman
