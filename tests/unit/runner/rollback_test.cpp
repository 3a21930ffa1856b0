#include "runner/step/steps.hpp"
#include "unit/runner/made_objects.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

// Release shop/web, whose revision 2 has failed; revision 1 is the way back.
class Rollback : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    admit(wish());
    model::ledger_entry good;
    good.revision = 1;
    r_->plan.way_back = good;
    put_revision(1, "superseded");
    put_revision(2, "failed");
    fake_helm("touch done; [ ! -e fails ] || { echo 'Error: pre-rollback hook failed' >&2; exit 1; }");
  }
  void put_revision(int number, const std::string& status) {
    made_release made;
    made.revision = number;
    made.status = status;
    made.manifest = web_manifest("shop/web:1");
    cluster_.put(release_secret(made));
  }
  std::string status_of(int number) { return kube::label_of(cluster_.object("/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v" + std::to_string(number)), "status"); }
  bool helm_ran() const { return !helm_calls().empty(); }
  result<step_result> go(bool resumed, const json& intent = nullptr) {
    intend_step(model::step_kind::rollback, intent);
    return run_on(io_, roll_back(*r_, resumed));
  }
};

TEST_F(Rollback, NamesItsRevisionAndNotesTheNewOne) {
  when_helm_made("done", [this] { put_revision(3, "deployed"); });
  const auto came = go(false);
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::done);
  EXPECT_EQ(came->message, "helm rolled back to revision 1, as revision 3");
  EXPECT_EQ(saved().state.revision, 3);
  EXPECT_EQ(json::parse(saved().steps.back().detail).at("base"), 2);
  EXPECT_THAT(helm_calls(), HasSubstr("rollback web 1 --namespace=shop --server-side=true"));
}

TEST_F(Rollback, AFailedOneLeavesNothingPending) {
  folder_.write("fails", "");
  when_helm_made("done", [this] { put_revision(3, "pending-rollback"); });
  const auto came = go(false);
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(came->reason, "RollbackFailed");
  EXPECT_EQ(came->message, "helm rollback to revision 1 failed: pre-rollback hook failed");
  EXPECT_EQ(status_of(3), "failed");
  EXPECT_EQ(saved().state.revision, 3);
}

TEST_F(Rollback, ThatWasMadeBeforeARestartIsNotMadeAgain) {
  put_revision(3, "deployed");
  const auto came = go(true, {{"base", 2}});
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->message, "helm rolled back to revision 1, as revision 3");
  EXPECT_EQ(saved().state.revision, 3);
  EXPECT_FALSE(helm_ran());
}

TEST_F(Rollback, ThatWasInterruptedIsUnlockedAndMadeAgain) {
  put_revision(3, "pending-rollback");
  when_helm_made("done", [this] {
    EXPECT_EQ(status_of(3), "failed") << "unlocked before helm ran";
    put_revision(4, "deployed");
  });
  const auto came = go(true, {{"base", 2}});
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->message, "helm rolled back to revision 1, as revision 4");
  EXPECT_THAT(told(), Contains("warning: the rollback was interrupted; it is made again"));
}

TEST_F(Rollback, NeedsSomewhereToGo) {
  r_->plan.way_back->revision = 7;
  EXPECT_EQ(go(false)->message, "revision 7 is not in Helm's history any more");
  r_->plan.way_back.reset();
  const auto came = run_on(io_, roll_back(*r_, false));
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(came->message, "there is no revision to go back to");
  EXPECT_FALSE(helm_ran());
}

}  // namespace
}  // namespace leadsman::runner
