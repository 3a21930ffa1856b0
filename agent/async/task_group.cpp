#include "async/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

namespace leadsman {

struct task_group::state {
  explicit state(asio::any_io_executor e) : executor(e), ended(e) {}
  asio::any_io_executor executor;
  notifier ended;
  std::list<asio::cancellation_signal> children;
};

task_group::task_group(asio::any_io_executor executor) : state_(std::make_shared<state>(executor)) {}

task_group::~task_group() = default;

size_t task_group::size() const { return state_->children.size(); }

void task_group::spawn(std::string name, std::function<task<void>()> body) {
  const std::shared_ptr<state> group = state_;
  const auto child = group->children.emplace(group->children.end());
  auto coroutine = run_owned(std::move(body));
  auto on_end = [group, child, name = std::move(name)](std::exception_ptr failure) {
    group->children.erase(child);
    group->ended.notify();
    end_spawned(name, failure);
  };
  asio::co_spawn(group->executor, std::move(coroutine),
                 asio::bind_cancellation_slot(child->slot(), std::move(on_end)));
}

void task_group::cancel() {
  // Posted: a child may end, and leave the list, while its signal is emitted.
  asio::post(state_->executor, [group = state_] {
    for (auto child = group->children.begin(); child != group->children.end();) {
      (child++)->emit(asio::cancellation_type::terminal);
    }
  });
}

task<void> task_group::join() {
  // A parent that is itself being canceled still waits for its children: no exception, no cancellation in here.
  const std::shared_ptr<state> group = state_;
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!group->children.empty()) co_await group->ended.wait_uncancelable();
  co_await asio::this_coro::throw_if_cancelled(throws);
}

}  // namespace leadsman
