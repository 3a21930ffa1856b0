#include "runner/helm_call.hpp"

#include <unistd.h>

#include "process/identity.hpp"
#include "runner/side.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

class HelmCall : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    admit(wish());
    intend_step(model::step_kind::upgrade, {{"base", 1}});
  }
  // Something that takes until it is canceled.
  std::function<task<result<helm::outcome>>()> lasting() {
    return [this]() -> task<result<helm::outcome>> {
      ++started_;
      co_await sleep_for(1h);
      co_return fail(errc::internal, "ended early");
    };
  }
  result<helm::outcome> run(std::function<task<result<helm::outcome>>()> call, std::function<bool()> stop) {
    return run_on(io_, run_stoppable(*r_, std::move(call), std::move(stop)));
  }
  int started_ = 0;
};

TEST_F(HelmCall, GivesWhatHelmDid) {
  const auto came = run([]() -> task<result<helm::outcome>> {
    helm::outcome done;
    done.output = "ok";
    co_return done; },
                        [] { return false; });
  ASSERT_TRUE(came);
  EXPECT_EQ(came->output, "ok");
}

TEST_F(HelmCall, IsEndedWhenItIsToStop) {
  bool stop = false;
  spawn(io_.get_executor(), "stop", [&]() -> task<void> {
    while (started_ == 0) co_await sleep_for(1ms);
    stop = true;
    r_->changed.notify();
  });
  const auto came = run(lasting(), [&] { return stop; });
  ASSERT_FALSE(came);
  EXPECT_EQ(started_, 1);
}

TEST_F(HelmCall, IsEndedWithoutANotificationAfterAMoment) {
  const auto deadline = std::chrono::steady_clock::now() + 100ms;
  const auto came = run(lasting(), [deadline] { return std::chrono::steady_clock::now() > deadline; });
  EXPECT_FALSE(came);
}

TEST_F(HelmCall, JournalsWhichProcessItIsBesideWhatTheStepKnows) {
  helm::test_request ask;
  ask.release = helm_release_of(*r_, side::stable);
  ask.timeout = 1min;
  auto running = helm_.test("", ask, journaling_observer(*r_));
  const auto ran = run_on(io_, std::move(running));
  ASSERT_TRUE(ran) << ran.error().message;
  const json detail = json::parse(saved().steps.back().detail);
  EXPECT_EQ(detail.at("base"), 1);
  const auto identity = process::parse_identity(detail.at("helm").get<std::string>());
  ASSERT_TRUE(identity) << detail;
  EXPECT_FALSE(process::is_alive(*identity));
}

TEST_F(HelmCall, TellsThatItWaitsForAnother) {
  const helm::observer heard = journaling_observer(*r_);
  heard.on_queued(2);
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (told().empty() && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_THAT(told(), Contains("warning: waiting for a helm slot, 2 ahead"));
}

TEST_F(HelmCall, WaitsForNothingThatIsDeadOrUnknown) {
  process::process_identity gone = process::identify(::getpid()).value();
  gone.start_ticks += 1;  // another process has the number now
  for (const json& intent : {json::object(), json{{"helm", ""}}, json{{"helm", "nonsense"}}, json{{"helm", process::to_string(gone)}}}) {
    SCOPED_TRACE(intent.dump());
    test::run_until_done(io_, [&] { return wait_until_dead(intent); });
  }
}

TEST_F(HelmCall, WaitsForAHelmThatStillLives) {
  fake_helm("while [ ! -e go ]; do sleep 0.01; done");
  helm::test_request ask;
  ask.release = helm_release_of(*r_, side::stable);
  ask.timeout = 1min;
  bool dead = false, waited = false;
  spawn(io_.get_executor(), "helm", [&]() -> task<void> {
    auto running = helm_.test("", ask, journaling_observer(*r_));
    const auto ran = co_await std::move(running);
    EXPECT_TRUE(ran);
    dead = true;
  });
  test::run_until_done(io_, [&]() -> task<void> {
    while (!intent_of(*r_).contains("helm")) co_await sleep_for(1ms);
    spawn(io_.get_executor(), "end", [&]() -> task<void> {
      EXPECT_FALSE(waited) << "it did not wait";
      folder_.write("go", "");
      co_return;
    });
    const json intent = intent_of(*r_);
    auto waiting = wait_until_dead(intent);
    co_await std::move(waiting);
    waited = true;
    while (!dead) co_await sleep_for(1ms);
  });
  EXPECT_TRUE(waited);
}

}  // namespace
}  // namespace leadsman::runner
