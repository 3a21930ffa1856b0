#include "runner/step/steps.hpp"
#include "unit/runner/made_objects.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// A deployment of shop/web whose upgrade to revision 2 has failed.
class Evidence : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    admit(wish_for_a_chart());
    store::change what;
    what.step = model::step_record{.kind = model::step_kind::upgrade, .status = model::step_status::failed, .outcome = "failed", .reason = "NotReady", .message = "helm says: timed out"};
    what.state = model::state{.phase = model::phase::deploying, .revision = 2};
    ASSERT_TRUE(run_on(io_, r_->log.save(what)));
    intend_step(model::step_kind::evidence);
  }
  void put_revision(std::vector<json> hooks = {}, const std::string& more = "") {
    made_release made;
    made.revision = 2;
    made.status = "failed";
    made.manifest = web_manifest("shop/web:2") + more;
    made.hooks = std::move(hooks);
    cluster_.put(release_secret(made));
  }
  void break_the_workload(const std::string& container) {
    cluster_.put(web_deployment("shop/web:2", 0));
    cluster_.put(web_replica_set());
    cluster_.put(web_pod(container));
  }
  step_result gathered() { return run_on(io_, gather_evidence(*r_, false)).value(); }
  json evidence() { return data_of(model::event_kind::evidence).at(0); }
};

TEST_F(Evidence, NamesTheWorkloadThePodAndTheCause) {
  put_revision();
  break_the_workload(k_never_pulled);
  const step_result came = gathered();
  EXPECT_EQ(came.outcome, flow::outcome::done);
  EXPECT_EQ(came.message, "Deployment web: image shop/web:2 is not on the node, and its pull policy is Never");
  const json told = evidence();
  EXPECT_EQ(told.at("headline"), came.message);
  EXPECT_EQ(told.at("helm_error"), "helm says: timed out");
  ASSERT_EQ(told.at("workloads").size(), 1u);
  const json& workload = told["workloads"][0];
  EXPECT_EQ(workload.at("kind"), "Deployment");
  ASSERT_EQ(workload.at("pods").size(), 1u) << "once, though status and containers both name it";
  EXPECT_EQ(workload["pods"][0].at("name"), "web-1-a");
  EXPECT_EQ(workload["pods"][0].at("phase"), "Pending");
  EXPECT_THAT(workload["pods"][0].at("conditions").at(0).get<std::string>(), HasSubstr("ErrImageNeverPull"));
  EXPECT_EQ(workload["pods"][0].at("containers").at(0).at("name"), "app");
}

TEST_F(Evidence, ShowsTheLastWordsOfAContainerWithoutSecrets) {
  put_revision({}, "---\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2}\n");
  break_the_workload("restartCount: 4, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}");
  faults_ = [](const std::string&, const std::string& path) { return path.ends_with("/pods/web-1-a/log") ? std::optional(test::http_answer(200, "starting\nno database for hunter2\n")) : std::nullopt; };
  gathered();
  const json container = evidence()["workloads"][0]["pods"][0]["containers"][0];
  EXPECT_EQ(container.at("log"), json::array({"starting", "no database for ***"}));
  EXPECT_EQ(container.at("exit_code"), 1);
  EXPECT_EQ(container.at("restarts"), 4);
  for (const std::string& line : told()) EXPECT_THAT(line, Not(HasSubstr("hunter2")));
}

TEST_F(Evidence, LooksAtTestsThatFailed) {
  put_revision({smoke_test_that_ran("Failed", now())});
  cluster_.put(web_deployment("shop/web:2"));
  cluster_.put(object_of(
      "{apiVersion: v1, kind: Pod, metadata: {name: smoke, namespace: shop, uid: u-smoke}, spec: {containers: [{name: t, image: 'tool:1'}]}, "
      "status: {phase: Failed, containerStatuses: [{name: t, state: {terminated: {exitCode: 3, reason: Error}}}]}}"));
  gathered();
  ASSERT_EQ(evidence().at("workloads").size(), 1u) << "the Deployment is well";
  EXPECT_EQ(evidence()["workloads"][0].at("name"), "smoke");
}

TEST_F(Evidence, WhereNothingIsToBeSeenIsWhatHelmSaid) {
  put_revision();
  cluster_.put(web_deployment("shop/web:2"));
  EXPECT_EQ(gathered().message, "helm says: timed out");
  EXPECT_EQ(evidence().at("headline"), "helm says: timed out");
}

TEST_F(Evidence, IsAboutTheCanaryAndNotAboutTheWayHomeThatFailedAfterIt) {
  store::change what;
  what.step = model::step_record{.kind = model::step_kind::test_canary, .status = model::step_status::failed, .outcome = "failed", .message = "0 of 1 tests passed"};
  what.step->weight = 10;
  ASSERT_TRUE(run_on(io_, r_->log.save(what)));
  what.step = model::step_record{.kind = model::step_kind::home, .status = model::step_status::failed, .outcome = "failed", .message = "the router is away"};
  ASSERT_TRUE(run_on(io_, r_->log.save(what)));
  EXPECT_EQ(gathered().message, "0 of 1 tests passed");
}

TEST_F(Evidence, OfARevisionThatIsGoneIsWhatHelmSaid) { EXPECT_EQ(gathered().message, "helm says: timed out"); }

TEST_F(Evidence, ThatMayNotBeReadDoesNotHideWhatHelmSaid) {
  put_revision();
  faults_ = [](const std::string&, const std::string& path) { return path.ends_with("/pods") ? std::optional(fake_cluster::failure(403, "pods is forbidden")) : std::nullopt; };
  const step_result came = gathered();
  EXPECT_EQ(came.outcome, flow::outcome::failed);
  EXPECT_THAT(came.message, HasSubstr("pods is forbidden"));
  EXPECT_EQ(evidence().at("headline"), "helm says: timed out");
}

}  // namespace
}  // namespace leadsman::runner
