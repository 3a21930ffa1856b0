#include "async/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <spdlog/spdlog.h>

namespace leadsman {

task<void> run_owned(std::function<task<void>()> body) { co_await body(); }

void spawn(asio::any_io_executor executor, std::string name, std::function<task<void>()> body) {
  auto coroutine = run_owned(std::move(body));
  asio::co_spawn(executor, std::move(coroutine), [name = std::move(name)](std::exception_ptr failure) { end_spawned(name, failure); });
}

void end_spawned(const std::string& name, std::exception_ptr failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& e) {
    if (e.code() == asio::error::operation_aborted) return;  // canceled: the ordinary way for a child to end early
    spdlog::critical("{}: unexpected exception: {}", name, e.what());
    throw;
  } catch (const std::exception& e) {
    spdlog::critical("{}: unexpected exception: {}", name, e.what());
    throw;
  }
}

task<bool> sleep_for(std::chrono::milliseconds span) {
  asio::steady_timer timer(co_await asio::this_coro::executor, span);
  const auto [failure] = co_await timer.async_wait(no_throw);
  co_return !failure;
}

}  // namespace leadsman
