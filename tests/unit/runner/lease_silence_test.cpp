#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;

// The API server does not answer renewals of the lease, and answers everything else.
class LeaseSilence : public scene {
 protected:
  void SetUp() override {
    shared_.pace = {.renewal = 5ms, .retry = 5ms, .patience = 1s, .answer_is_due = 10ms};
    scene::SetUp();
    admit(wish());
  }
};

TEST_F(LeaseSilence, IsToldOnceUntilTheLeaseIsLost) {
  ASSERT_TRUE(run_on(io_, r_->lease.try_acquire()));
  faults_ = [](const std::string& method, const std::string&) { return method == "PATCH" ? std::optional(silence()) : std::nullopt; };
  test::run_until_done(io_, [this]() -> task<void> {
    while (!r_->lease.lost()) {
      co_await r_->line.found();  // what an answered question does
      co_await sleep_for(1ms);
    }
  });
  const std::vector<std::string> lines = told();
  EXPECT_EQ(std::ranges::count_if(lines, [](const std::string& l) { return l.starts_with("warning: waiting for the API server (lease)"); }), 1);
}

}  // namespace
}  // namespace leadsman::runner
