#pragma once

#include <algorithm>

#include "runner/rollout.hpp"

namespace leadsman::runner {

template <class T>
task<result<T>> persist(rollout& r, std::string what, ask<T> question, bool needs_lease) {
  using namespace std::chrono_literals;
  bool told = false;
  for (auto wait = 250ms;; wait = std::min<std::chrono::milliseconds>(wait * 2, 5s)) {
    auto asked = question();
    result<T> answer = co_await std::move(asked);
    const bool again = !answer && (answer.error().code == errc::unavailable || answer.error().code == errc::timed_out);
    if (!again) {
      if (told) LEADSMAN_CO_CHECK(co_await r.log.tell(model::event_kind::warning, "the API server answers again"));
      co_return answer;
    }
    if (!told) {
      told = true;
      LEADSMAN_CO_CHECK(co_await r.log.tell(model::event_kind::warning, "waiting for the API server (" + what + "): " + answer.error().message));
    }
    if (needs_lease && r.lease.lost()) co_return answer;
    if (r.stopping()) co_return r.stopped();
    co_await sleep_for(wait);
  }
}

}  // namespace leadsman::runner
