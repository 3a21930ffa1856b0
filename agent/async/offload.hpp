#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>

#include "async/task.hpp"

namespace leadsman {

namespace detail {
template <class T>
task<T> call(std::function<T()> work) {
  co_return work();
}
}  // namespace detail

// Runs blocking work (SQLite, hashing, unpacking) on a pool's thread and resumes the caller on its own executor. Work
// that is handed over is done to its end: a cancellation shows at the caller's next wait. (Asio would carry it to the
// other thread through a pointer that may be gone by then.)
template <class T>
task<T> offload(asio::thread_pool& pool, std::function<T()> work) {
  auto coroutine = detail::call<T>(std::move(work));
  co_return co_await asio::co_spawn(pool, std::move(coroutine),
                                    asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

}  // namespace leadsman
