#include "helm/slots.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace leadsman::helm {

struct slots::state {
  state(asio::any_io_executor executor, size_t places) : capacity(std::max<size_t>(places, 1)), changed(executor) {}
  size_t capacity;
  size_t taken = 0;
  std::list<int> queue;  // one node for each who waits, in order; its address is the ticket
  notifier changed;
};

namespace {

// A place in the queue that is given up however its owner ends.
template <class State>
class ticket {
 public:
  explicit ticket(std::shared_ptr<State> queue) : state_(std::move(queue)), place_(state_->queue.insert(state_->queue.end(), 0)) {}
  ticket(const ticket&) = delete;
  ticket& operator=(const ticket&) = delete;
  ~ticket() {
    state_->queue.erase(place_);
    state_->changed.notify();
  }

  size_t before() const { return static_cast<size_t>(std::distance(state_->queue.begin(), std::list<int>::iterator(place_))); }

 private:
  std::shared_ptr<State> state_;
  std::list<int>::iterator place_;
};

}  // namespace

slots::lease& slots::lease::operator=(lease&& other) noexcept {
  if (this != &other) {
    release();
    state_ = std::exchange(other.state_, nullptr);
  }
  return *this;
}

void slots::lease::release() {
  if (!state_) return;
  --state_->taken;
  std::exchange(state_, nullptr)->changed.notify();
}

slots::slots(asio::any_io_executor executor, size_t capacity) : state_(std::make_shared<state>(executor, capacity)) {}

size_t slots::taken() const { return state_->taken; }
size_t slots::waiting() const { return state_->queue.size(); }

task<slots::lease> slots::acquire(std::function<void(size_t ahead)> on_queued) {
  const std::shared_ptr<state> shared = state_;
  const ticket<state> mine(shared);
  size_t told = 0;
  while (mine.before() > 0 || shared->taken >= shared->capacity) {
    const size_t ahead = mine.before() + shared->taken;
    if (on_queued && ahead != told) on_queued(ahead);
    told = ahead;
    co_await shared->changed.wait_change(shared->changed.version(), std::chrono::hours(1));
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
      throw boost::system::system_error(asio::error::operation_aborted);
    }
  }
  ++shared->taken;
  co_return lease(shared);
}

}  // namespace leadsman::helm
