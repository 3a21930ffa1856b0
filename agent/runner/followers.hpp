#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/notifier.hpp"
#include "runner/service.hpp"

namespace leadsman::runner {

// The events as a page, which has ended when the last of them is the last of their deployment.
events_page page_of(std::vector<model::event> events);

// Wakes those who follow a deployment when it has new events. The newest events are kept here, so that followers who
// keep up never ask the store; those who lag read from it at their own pace. Memory is bounded per deployment, and a
// deployment that nobody follows costs nothing.
class followers {
 public:
  static constexpr size_t k_recent = 256;

  explicit followers(asio::any_io_executor executor) : executor_(executor) {}

  void publish(const std::string& id, const std::vector<model::event>& events);

  // Version to pass to wait(); taken before looking for events.
  uint64_t version(const std::string& id);
  // As notifier::wait_change().
  task<bool> wait(std::string id, uint64_t seen, std::chrono::milliseconds limit, std::function<bool()> take);

  // Whether all events after `after` are kept here, even if there are none; otherwise ask the store.
  bool keeps_all(const std::string& id, uint64_t after) const;
  // Those events; nothing when not all of them are kept. Whoever asks for the same gets the same page.
  std::shared_ptr<const events_page> recent(const std::string& id, uint64_t after) const;

  // The deployment has ended: wakes everybody, and returns when nobody waits any more. What they ask for is still here.
  task<void> tell_the_end(std::string id);
  void forget(const std::string& id);

 private:
  struct topic {
    explicit topic(asio::any_io_executor executor) : changed(executor) {}
    notifier changed;
    std::deque<model::event> recent;
    uint64_t page_after = 0;
    std::shared_ptr<const events_page> page{};  // the last that somebody asked for; null when there are newer events
  };
  std::shared_ptr<topic> open(const std::string& id);

  asio::any_io_executor executor_;
  std::map<std::string, std::shared_ptr<topic>> topics_;
};

}  // namespace leadsman::runner
