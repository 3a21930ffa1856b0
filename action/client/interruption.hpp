#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "async/notifier.hpp"
#include "async/task_group.hpp"

namespace leadsman::action {

// SIGINT and SIGTERM, caught from its construction on. A runner that cancels a job sends SIGINT, 7.5 s later SIGTERM,
// 2.5 s later SIGKILL, to this process alone; a person at a terminal presses Ctrl-C.
class interruption {
 public:
  explicit interruption(asio::any_io_executor executor);
  ~interruption();

  bool asked() const;        // at least one signal
  bool must_go() const;      // SIGTERM, or a second SIGINT
  std::chrono::steady_clock::time_point first_at() const;
  std::chrono::steady_clock::time_point last_at() const;
  notifier& changed();       // notified by each signal, and by whoever else wants the waiting one to look

 private:
  struct state;
  std::shared_ptr<state> state_;
};

// Runs `work` to its end; after the first signal only for `grace` more. Absent: it was cut off.
template <class T>
task<std::optional<T>> run_until(interruption& stop, std::chrono::milliseconds grace, std::function<task<T>()> work) {
  task_group group(co_await asio::this_coro::executor);
  const auto outcome = std::make_shared<std::optional<T>>();
  notifier& changed = stop.changed();
  group.spawn("work", [outcome, &changed, work]() -> task<void> {
    auto running = work();
    outcome->emplace(co_await std::move(running));
    changed.notify();
  });
  while (!*outcome) {
    const uint64_t seen = changed.version();
    std::chrono::milliseconds limit = std::chrono::hours(1);
    if (stop.asked()) {
      const auto left = stop.first_at() + grace - std::chrono::steady_clock::now();
      limit = std::chrono::duration_cast<std::chrono::milliseconds>(left);
      if (limit.count() <= 0) break;
    }
    auto waiting = changed.wait_change(seen, limit);
    co_await std::move(waiting);
  }
  group.cancel();
  co_await group.join();
  co_return std::move(*outcome);
}

}  // namespace leadsman::action
