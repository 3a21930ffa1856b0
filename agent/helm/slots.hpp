#pragma once

#include <functional>
#include <list>
#include <memory>
#include <utility>

#include "async/notifier.hpp"

namespace leadsman::helm {

// A counted number of places, given out first come first served. All on the io_context's thread.
class slots {
  struct state;

 public:
  // Gives its place back when it is destroyed.
  class lease {
   public:
    lease() = default;
    lease(lease&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    lease& operator=(lease&& other) noexcept;
    ~lease() { release(); }

   private:
    friend class slots;
    explicit lease(std::shared_ptr<state> taken) : state_(std::move(taken)) {}
    void release();
    std::shared_ptr<state> state_;
  };

  slots(asio::any_io_executor executor, size_t capacity);

  // `on_queued` hears how many are ahead (running or queued before), at first and whenever that changes; not called when
  // there is a place at once. Cancellation unwinds and gives the turn up.
  task<lease> acquire(std::function<void(size_t ahead)> on_queued);

  size_t taken() const;
  size_t waiting() const;

 private:
  std::shared_ptr<state> state_;
};

}  // namespace leadsman::helm
