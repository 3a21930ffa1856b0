#include "async/notifier.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

namespace leadsman {

notifier::notifier(asio::any_io_executor executor) : state_(std::make_shared<state>(executor)) {}

void notifier::notify() {
  ++state_->version;
  state_->timer.cancel();
}

task<bool> notifier::wait_change(uint64_t seen, std::chrono::milliseconds limit) {
  const std::shared_ptr<state> shared = state_;
  const auto deadline = asio::steady_timer::clock_type::now() + limit;
  while (shared->version == seen) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timeout(co_await asio::this_coro::executor, deadline);
    auto changed = shared->timer.async_wait(no_throw);
    auto expired = timeout.async_wait(no_throw);
    co_await (std::move(changed) || std::move(expired));
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) break;
    if (asio::steady_timer::clock_type::now() >= deadline) break;
  }
  co_return shared->version != seen;
}

task<void> notifier::wait_uncancelable() {
  const std::shared_ptr<state> shared = state_;
  co_await shared->timer.async_wait(asio::bind_cancellation_slot(asio::cancellation_slot(), no_throw));
}

}  // namespace leadsman
