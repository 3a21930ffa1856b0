#include "runner/step/steps.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using testing::HasSubstr;

// A first installation of shop/web that has failed.
class Uninstall : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    admit(wish());
    made_release made;
    made.status = "failed";
    cluster_.put(release_secret(made));
    fake_helm("[ ! -e fails ] || { echo 'Error: failed pre-delete: hook failed' >&2; exit 1; }");
  }
  result<step_result> go(bool resumed) {
    intend_step(model::step_kind::uninstall);
    return run_on(io_, uninstall(*r_, resumed));
  }
};

TEST_F(Uninstall, LeavesNoRevision) {
  store::change installed;
  installed.state = model::state{.phase = model::phase::rolling_back, .revision = 1};
  ASSERT_TRUE(run_on(io_, r_->log.save(installed)));
  const auto came = go(false);
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->message, "the failed first installation was removed");
  EXPECT_FALSE(saved().state.revision);
  EXPECT_THAT(helm_calls(), HasSubstr("uninstall web --ignore-not-found"));
}

TEST_F(Uninstall, OfWhatIsGoneAlreadyDoesNothing) {
  cluster_.remove("/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v1");
  EXPECT_EQ(go(true)->outcome, flow::outcome::done);
  EXPECT_EQ(helm_calls(), "");
}

TEST_F(Uninstall, ThatFailsSaysWhatHelmSaid) {
  folder_.write("fails", "");
  const auto came = go(false);
  ASSERT_TRUE(came);
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(came->reason, "UninstallFailed");
  EXPECT_THAT(came->message, HasSubstr("hook failed"));
}

}  // namespace
}  // namespace leadsman::runner
