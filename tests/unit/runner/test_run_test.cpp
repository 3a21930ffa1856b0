#include "runner/test_run.hpp"

#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::HasSubstr;

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
  result<step_result> run_tests() { return run_on(io_, run_helm_test(*r_, 7)); }
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
