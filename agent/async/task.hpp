#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <string>

#include "base/error.hpp"

namespace leadsman {

namespace asio = boost::asio;

template <class T>
using task = asio::awaitable<T>;

// Completion token: co_await x.async_read(..., no_throw) gives {error_code, results...} instead of throwing.
inline constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// The one way to start a coroutine that nobody awaits. Cancellation ends it quietly; any other exception that leaves it
// is a defect: logged under `name`, then rethrown to end the process, since state after it is not known.
void spawn(asio::any_io_executor executor, std::string name, std::function<task<void>()> body);

// Owns `body`, so that its captures outlive the coroutine made from it.
task<void> run_owned(std::function<task<void>()> body);

// What spawn and task_group do when a child has ended.
void end_spawned(const std::string& name, std::exception_ptr failure);

// Waits on the current executor. False when the wait was canceled (operation canceled, shutdown).
task<bool> sleep_for(std::chrono::milliseconds span);

}  // namespace leadsman
