#pragma once

#include <set>
#include <utility>

#include "support/unused_store.hpp"

namespace leadsman::test {

// A store of nonces and of nothing else. `failing` makes it as a full disk would.
class nonce_store final : public unused_store {
 public:
  bool failing = false;

  task<result<bool>> remember_nonce(std::string key_id, std::string nonce, wall_time expires) override {
    if (failing) co_return fail(errc::unavailable, "the disk is full");
    last_expiry = expires;
    co_return seen_.emplace(std::move(key_id), std::move(nonce)).second;
  }
  wall_time last_expiry{};

 private:
  std::set<std::pair<std::string, std::string>> seen_;
};

}  // namespace leadsman::test
