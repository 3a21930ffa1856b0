#pragma once

#include <set>
#include <stdexcept>
#include <utility>

#include "store/store.hpp"

namespace leadsman::test {

// A store of nonces and of nothing else. `failing` makes it as a full disk would.
class nonce_store final : public store::store {
 public:
  bool failing = false;

  task<result<bool>> remember_nonce(std::string key_id, std::string nonce, wall_time expires) override {
    if (failing) co_return fail(errc::unavailable, "the disk is full");
    last_expiry = expires;
    co_return seen_.emplace(std::move(key_id), std::move(nonce)).second;
  }
  wall_time last_expiry{};

  task<result<leadsman::store::admitted>> admit(leadsman::store::new_deployment, leadsman::store::decide_admission) override { throw unused(); }
  task<result<std::vector<model::event>>> save(std::string, leadsman::store::change) override { throw unused(); }
  task<result<std::optional<model::deployment>>> find(std::string) override { throw unused(); }
  task<result<std::string>> sealed_request(std::string) override { throw unused(); }
  task<result<std::vector<model::deployment>>> list(leadsman::store::list_filter) override { throw unused(); }
  task<result<std::vector<std::string>>> unfinished() override { throw unused(); }
  task<result<std::vector<model::event>>> events(std::string, uint64_t, int) override { throw unused(); }
  task<result<void>> put_chart(std::string, std::string) override { throw unused(); }
  task<result<bool>> has_chart(std::string) override { throw unused(); }
  task<result<std::string>> chart(std::string) override { throw unused(); }
  task<result<void>> prune(leadsman::store::retention) override { throw unused(); }
  task<result<wire::checks>> examine() override { throw unused(); }

 private:
  static std::logic_error unused() { return std::logic_error("this store keeps nonces only"); }

  std::set<std::pair<std::string, std::string>> seen_;
};

}  // namespace leadsman::test
