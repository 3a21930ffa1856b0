#pragma once

#include <boost/asio/cancellation_signal.hpp>

#include <list>
#include <memory>

#include "async/notifier.hpp"
#include "async/task.hpp"

namespace leadsman {

// Children that are started together and joined before their parent goes on. Cancel asks all of them to stop; join
// waits until the last has ended. A group must be joined before it is destroyed.
class task_group {
 public:
  explicit task_group(asio::any_io_executor executor);
  ~task_group();
  task_group(const task_group&) = delete;
  task_group& operator=(const task_group&) = delete;

  void spawn(std::string name, std::function<task<void>()> body);
  void cancel();
  task<void> join();
  size_t size() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace leadsman
