#pragma once

#include <algorithm>

#include "runner/rollout.hpp"

namespace leadsman::runner {

// No answer, or the refusal of a server that has only just started.
inline bool is_no_answer(const rollout& r, const error& why) {
  if (is_silence(why)) return true;
  return r.line.is_shaky() && (why.code == errc::forbidden || why.code == errc::unauthenticated);
}

template <class T>
task<result<T>> persist(rollout& r, std::string what, ask<T> question, lease_matters matters) {
  using namespace std::chrono_literals;
  for (auto wait = 250ms;; wait = std::min<std::chrono::milliseconds>(wait * 2, 5s)) {
    auto asked = question();
    result<T> answer = co_await std::move(asked);
    if (answer || !is_no_answer(r, answer.error())) {
      LEADSMAN_CO_CHECK(co_await r.line.found());
      co_return answer;
    }
    LEADSMAN_CO_CHECK(co_await r.line.lost(what, answer.error()));
    if (matters == lease_matters::yes && r.lease.lost()) co_return answer;
    if (r.stopping()) co_return r.stopped();
    co_await sleep_for(wait);
  }
}

}  // namespace leadsman::runner
