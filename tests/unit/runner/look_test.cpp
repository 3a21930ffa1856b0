#include "runner/ledger.hpp"
#include "runner/step/steps.hpp"
#include "unit/runner/made_objects.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A wish to deploy shop/web, of which revision 4 is deployed and healthy; Leadsman sees it for the first time.
class Look : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    begin(wish_for_a_chart());
    put_revision(4, "deployed");
    cluster_.put(web_deployment("shop/web:1"));
  }
  void begin(const model::deployment_request& request) {
    admit(request);
    intend_step(model::step_kind::look);
  }
  void put_revision(int number, const std::string& status) {
    made_release made;
    made.revision = number;
    made.status = status;
    made.manifest = web_manifest("shop/web:1");
    cluster_.put(release_secret(made));
  }
  step_result looked() { return run_on(io_, look(*r_, false)).value(); }
  std::vector<model::ledger_entry> ledger() { return run_on(io_, read_ledger(*target_.api, r_->release())).value().entries; }
};

TEST_F(Look, AdoptsWhatItFindsDeployedAndHealthy) {
  EXPECT_EQ(looked().outcome, flow::outcome::done);
  ASSERT_EQ(ledger().size(), 1u);
  EXPECT_EQ(ledger()[0].revision, 4);
  EXPECT_EQ(ledger()[0].standing, model::standing::adopted);
  EXPECT_EQ(ledger()[0].chart, "web-1.2.3");
  EXPECT_THAT(told(), Contains("warning: revision 4 was found deployed and healthy: adopted, never tested by Leadsman"));
  EXPECT_EQ(r_->plan.way_back->revision, 4);
  EXPECT_EQ(saved().state.revision, 4);
  EXPECT_EQ(saved().state.previous_revision, 4);
}

TEST_F(Look, DoesNotAdoptWhatIsNotHealthy) {
  cluster_.put(web_deployment("shop/web:1", 0));
  EXPECT_EQ(looked().outcome, flow::outcome::done);
  EXPECT_TRUE(ledger().empty());
  EXPECT_THAT(told(), Contains(HasSubstr("the release is not healthy now (Deployment web: 0 of 1 pod is available)")));
}

TEST_F(Look, LeavesAReleaseAloneThatAnotherHelmLeftPending) {
  put_revision(5, "pending-upgrade");
  const step_result came = looked();
  EXPECT_EQ(came.outcome, flow::outcome::stuck);
  EXPECT_EQ(came.reason, "ReleaseStuck");
  EXPECT_EQ(kube::label_of(cluster_.object("/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v5"), "status"), "pending-upgrade");
}

TEST_F(Look, RecoversAPendingReleaseWhenThatIsWanted) {
  r_->request.policy.stuck_release = model::stuck_release::recover;
  put_revision(5, "pending-upgrade");
  EXPECT_EQ(looked().outcome, flow::outcome::done);
  EXPECT_EQ(kube::label_of(cluster_.object("/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v5"), "status"), "failed");
  EXPECT_EQ(r_->plan.base_revision, 5);
}

TEST_F(Look, KeepsThePlanThatWasMadeBeforeARestart) {
  EXPECT_EQ(looked().outcome, flow::outcome::done);
  const std::string plan = saved().plan;
  put_revision(5, "failed");
  const size_t before = told().size();
  EXPECT_EQ(run_on(io_, look(*r_, true)).value().outcome, flow::outcome::done);
  EXPECT_EQ(saved().plan, plan);
  EXPECT_EQ(r_->plan.base_revision, 4);
  EXPECT_EQ(told().size(), before + 1) << "nothing is planned again; that it adopts is said again";
}

TEST_F(Look, TellsTheNotesOnTheValuesOnce) {
  r_->values.notes = {"port is passed as text"};
  looked();
  looked();
  const auto lines = told();
  EXPECT_EQ(std::ranges::count(lines, "warning: port is passed as text"), 1);
}

TEST_F(Look, SaysWhatItMayNotReadAndWhatCannotBeReached) {
  struct {
    int status;
    const char* reason;
  } const rows[] = {{403, "Forbidden"}, {401, "Forbidden"}, {400, "InternalError"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.status);
    faults_ = [&](const std::string&, const std::string& path) { return path.ends_with("/secrets") ? std::optional(fake_cluster::failure(row.status, "no")) : std::nullopt; };
    const step_result came = looked();
    EXPECT_EQ(came.outcome, flow::outcome::failed);
    EXPECT_EQ(came.reason, row.reason);
    EXPECT_THAT(came.message, StartsWith("cannot look at the release: "));
  }
  EXPECT_EQ(saved().plan, "");
}

}  // namespace
}  // namespace leadsman::runner
