#pragma once

#include <stdexcept>

#include "store/store.hpp"

namespace leadsman::test {

// A store that is asked for nothing: each call throws. What a test does use, it overrides.
class unused_store : public store::store {
 public:
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
  task<result<bool>> remember_nonce(std::string, std::string, wall_time) override { throw unused(); }
  task<result<void>> prune(leadsman::store::retention) override { throw unused(); }
  task<result<wire::checks>> examine() override { throw unused(); }

 private:
  static std::logic_error unused() { return std::logic_error("this store is not asked for that"); }
};

}  // namespace leadsman::test
