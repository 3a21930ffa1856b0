#include "runner/test_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "helm/encoding.hpp"
#include "store/sqlite/open.hpp"
#include "support/temporary_folder.hpp"
#include "unit/runner/fake_cluster.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

constexpr int k_revision = 7;

json test_hook(const std::string& name) {
  return {{"name", name}, {"kind", "Pod"}, {"events", {"test"}}, {"manifest", "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\n"}};
}

json ran(json hook, const std::string& phase, wall_time at) {
  hook["last_run"] = {{"started_at", format_rfc3339(at)}, {"completed_at", format_rfc3339(at)}, {"phase", phase}};
  return hook;
}

// The test step of a deployment, as an agent takes it up that knows nothing but journal and cluster.
class HelmTestRun : public testing::Test {
 protected:
  void SetUp() override {
    folder_.write("helm", "#!/bin/sh\nexit 0\n");
    ::chmod((folder_.path() / "helm").c_str(), 0755);
    ASSERT_TRUE(helm_.prepare());
    target_.api = cluster_.connect();
    store::new_deployment wished;
    wished.deployment.id = "01940000-0000-7000-8000-000000000001";
    wished.deployment.release = {"prod", "shop", "web"};
    wished.deployment.idempotency_key = "key";
    wished.deployment.created_at = now();
    wished.sealed_request = "sealed";
    wished.first_event = make_event(model::event_kind::created, "created");
    const store::decide_admission always = [](const std::optional<model::deployment>&) { return model::admission::create; };
    const auto admitted = run_on(io_, store_->admit(wished, always));
    ASSERT_TRUE(admitted) << admitted.error().message;
    model::deployment_request request;
    request.release = wished.deployment.release;
    r_ = std::make_unique<rollout>(shared_, target_, admitted->deployment, request, audience_);
    store::change step;
    step.step = model::step_record{.kind = model::step_kind::test};
    ASSERT_TRUE(run_on(io_, r_->log.save(step)));
  }

  void put(const std::vector<json>& hooks, const std::string& manifest = "") {
    const json release{{"name", "web"}, {"namespace", "shop"}, {"version", k_revision}, {"info", {{"status", "deployed"}}}, {"manifest", manifest}, {"hooks", hooks}};
    cluster_.put({{"apiVersion", "v1"},
                  {"kind", "Secret"},
                  {"type", "helm.sh/release.v1"},
                  {"metadata", {{"name", "sh.helm.release.v1.web.v7"}, {"namespace", "shop"}, {"labels", {{"owner", "helm"}, {"name", "web"}, {"version", "7"}}}}},
                  {"data", {{"release", helm::base64_encode(helm::base64_encode(helm::gzip(release.dump())))}}}});
  }
  result<step_result> run_tests() { return run_on(io_, run_helm_test(*r_, k_revision)); }

  test::temporary_folder folder_;
  asio::io_context io_;
  asio::thread_pool blocking_{1};
  fake_cluster cluster_{io_};
  helm::runner helm_{io_.get_executor(), {.program = (folder_.path() / "helm").string(), .run_dir = folder_.path() / "run", .own = {{"PATH", "/usr/bin:/bin"}}}};
  std::unique_ptr<store::store> store_ = store::open_sqlite(folder_.path() / "state").value();
  facilities shared_{io_.get_executor(), *store_, helm_, blocking_, folder_.path() / "run", "v4.2.3", "agent-0"};
  cluster target_{"prod", "", "", nullptr};
  followers audience_{io_.get_executor()};
  std::unique_ptr<rollout> r_;
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
  put({test_hook("smoke")});
  int reads = 0;
  cluster_.first = [&](const std::string&, const std::string& path) -> std::optional<std::string> {
    if (path.ends_with("web.v7") && ++reads == 2) put({ran(test_hook("smoke"), "Succeeded", now())});
    return std::nullopt;
  };
  const auto came = run_tests();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->message, "1 of 1 tests passed: smoke");
  EXPECT_EQ(came->outcome, flow::outcome::done);
}

TEST_F(HelmTestRun, DoesNotBelieveASuccessWithoutTests) {
  put({ran(test_hook("smoke"), "Succeeded", now() - std::chrono::hours(1))});
  const auto came = run_tests();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_THAT(came->message, HasSubstr("did not run, though helm said success"));
}

// What a test prints is told live: after a restart nothing but this step has read the manifest.
TEST_F(HelmTestRun, HidesWhatManifestAndHooksKeepSecretBeforeATestCanPrintIt) {
  json hook = test_hook("smoke");
  json of_a_hook{{"name", "seed"}, {"kind", "Secret"}, {"events", {"pre-install"}}, {"manifest", "apiVersion: v1\nkind: Secret\nmetadata: {name: seed}\nstringData: {k: from-the-hook}\n"}};
  json unnamed{{"name", ""}, {"kind", "Job"}, {"events", {"pre-install"}}, {"manifest", "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: once-}\n"}};
  put({hook, of_a_hook, unnamed}, "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {k: from-the-manifest}\n");
  ASSERT_TRUE(run_tests());
  EXPECT_EQ(r_->log.secrets().redact("from-the-manifest and from-the-hook"), "*** and ***");
}

}  // namespace
}  // namespace leadsman::runner
