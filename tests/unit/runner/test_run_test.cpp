#include "runner/test_run.hpp"

#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

// The test step of a deployment, as an agent takes it up that knows nothing but journal and cluster.
class HelmTestRun : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    admit(wish());
    intend_step(model::step_kind::test);
  }
  void put(std::vector<json> hooks, const std::string& manifest = "") {
    made_release made;
    made.revision = 7;
    made.hooks = std::move(hooks);
    made.manifest = manifest;
    cluster_.put(release_secret(made));
  }
  result<step_result> run_tests() { return run_on(io_, run_helm_test(*r_, side::stable, 7)); }
};

TEST_F(HelmTestRun, OfARevisionWithoutTestsIsMissing) {
  put({});
  const auto came = run_tests();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::missing);
  EXPECT_EQ(came->reason, "TestsMissing");
}

TEST_F(HelmTestRun, OfARevisionThatIsPrunedIsAnError) {
  const auto came = run_tests();
  ASSERT_FALSE(came);
  EXPECT_EQ(came.error().code, errc::not_found);
}

TEST_F(HelmTestRun, PassesWhenHelmRecordedThatTheTestsDid) {
  put({smoke_test()});
  fake_helm("touch tested");
  when_helm_made("tested", [this] { put({smoke_test_that_ran("Succeeded", now())}); });
  const auto came = run_tests();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->message, "1 of 1 tests passed: smoke");
  EXPECT_EQ(came->outcome, flow::outcome::done);
}

TEST_F(HelmTestRun, DoesNotBelieveASuccessWithoutTests) {
  put({smoke_test_that_ran("Succeeded", now() - std::chrono::hours(1))});
  const auto came = run_tests();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_THAT(came->message, HasSubstr("did not run, though helm said success"));
}

// As soon as an API server that was silent answers again, and for as long as the nodes may be behind.
class HelmTestAfterASilence : public HelmTestRun {
 protected:
  void break_the_silence(std::chrono::milliseconds nodes_are_behind_for) {
    shared_.longest_pause = nodes_are_behind_for;
    take_up_again();
    put({smoke_test()});
    // The first time it fails.
    fake_helm("if [ $(wc -l <calls) = 1 ]; then touch failed; exit 1; else touch passed; fi");
    when_helm_made("failed", [this] { put({smoke_test_that_ran("Failed", now() - std::chrono::hours(1))}); });
    when_helm_made("passed", [this] { put({smoke_test_that_ran("Succeeded", now())}); });
    ASSERT_TRUE(run_on(io_, r_->line.lost("lease", {errc::timed_out, "no answer"})));
    ASSERT_TRUE(run_on(io_, r_->line.found()));
  }
  int runs() const {
    const std::string calls = helm_calls();
    return static_cast<int>(std::ranges::count(calls, '\n'));
  }
};

TEST_F(HelmTestAfterASilence, ThatFailsIsRunAgainWhenTheNodesHaveHeardOfIt) {
  break_the_silence(300ms);
  const auto began = std::chrono::steady_clock::now();
  const auto came = run_tests();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->message, "1 of 1 tests passed: smoke");
  EXPECT_EQ(runs(), 2);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 250ms);
  EXPECT_THAT(told(), Contains(AllOf(StartsWith("warning: the tests are run again in "), HasSubstr("0 of 1 tests passed; failed: smoke"))));
}

TEST_F(HelmTestAfterASilence, ThatFailsWhenTheyHaveHeardOfItHasFailed) {
  break_the_silence(0ms);
  const auto came = run_tests();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(runs(), 1);
}

TEST_F(HelmTestAfterASilence, IsNotWaitedForByAnAgentThatStops) {
  break_the_silence(1h);
  when_told("the tests are run again", [this] { r_->stop(); });
  EXPECT_FALSE(run_tests());
  EXPECT_EQ(runs(), 1);
}

TEST_F(HelmTestAfterASilence, IsNotWaitedForByWhoWantsToGoBack) {
  break_the_silence(1h);
  when_told("the tests are run again", [this] {
    spawn(io_.get_executor(), "cancel", [this]() -> task<void> {
      store::change what;
      what.cancel = model::cancel_request{model::on_cancel::rollback, "somebody", ""};
      auto saving = r_->log.save(std::move(what));
      const auto saved = co_await std::move(saving);
      EXPECT_TRUE(saved);
      r_->changed.notify();
    });
  });
  const auto came = run_tests();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(runs(), 1);
}

// What a test prints is told live: after a restart nothing but this step has read the manifest.
TEST_F(HelmTestRun, HidesWhatManifestAndHooksKeepSecretBeforeATestCanPrintIt) {
  json hook = smoke_test();
  json of_a_hook{{"name", "seed"}, {"kind", "Secret"}, {"events", {"pre-install"}}, {"manifest", "apiVersion: v1\nkind: Secret\nmetadata: {name: seed}\nstringData: {k: from-the-hook}\n"}};
  json unnamed{{"name", ""}, {"kind", "Job"}, {"events", {"pre-install"}}, {"manifest", "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: once-}\n"}};
  put({hook, of_a_hook, unnamed}, "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {k: from-the-manifest}\n");
  ASSERT_TRUE(run_tests());
  EXPECT_EQ(r_->log.secrets().redact("from-the-manifest and from-the-hook"), "*** and ***");
}

}  // namespace
}  // namespace leadsman::runner
