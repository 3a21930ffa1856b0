#include "runner/left_revision.hpp"
#include "runner/step/steps.hpp"
#include "unit/runner/made_objects.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

// The upgrade of shop/web from revision 1 to 2, as an agent takes it up that finds what an earlier one has left.
class UpgradeTakenUp : public scene {
 protected:
  void begin(const json& intent) {
    admit(wish_for_a_chart());
    intend_step(model::step_kind::upgrade, intent);
    cluster_.put(release_secret(revision(1, "deployed")));
    cluster_.put(web_deployment("shop/web:2"));
    folder_.write("rendered.json", release_json(revision(2, "pending-upgrade")).dump());
    fake_upgrade("touch upgraded");
  }
  void fake_upgrade(const std::string& script) { fake_helm("case \"$1\" in upgrade) " + script + " ;; *) echo v4.2.3 ;; esac"); }
  static made_release revision(int number, const std::string& status, const std::string& description = "") {
    made_release made;
    made.revision = number;
    made.status = status;
    made.deployment = number == 1 ? "an-earlier-one" : k_id;
    made.manifest = web_manifest(number == 1 ? "shop/web:1" : "shop/web:2");
    made.description = description;
    return made;
  }
  result<step_result> take_up() { return run_on(io_, upgrade(*r_, true)); }
  bool helm_ran() const { return helm_calls().find("upgrade web") != std::string::npos; }
};

const json k_from_one{{"base", 1}, {"runs", 1}};

TEST_F(UpgradeTakenUp, ThatWasDeployedMeanwhileIsNotMadeAgain) {
  begin(k_from_one);
  cluster_.put(release_secret(revision(2, "deployed")));
  const auto came = take_up();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::done);
  EXPECT_EQ(came->message, "revision 2 is deployed and ready");
  EXPECT_EQ(saved().state.revision, 2);
  EXPECT_FALSE(helm_ran());
}

TEST_F(UpgradeTakenUp, ThatFailedMeanwhileIsNotMadeAgain) {
  begin(k_from_one);
  cluster_.put(release_secret(revision(2, "failed", "Upgrade \"web\" failed: timed out")));
  const auto came = take_up();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(came->reason, "UpgradeFailed");
  EXPECT_THAT(came->message, HasSubstr("timed out"));
  EXPECT_FALSE(helm_ran());
}

TEST_F(UpgradeTakenUp, ThatWasInterruptedIsUnlockedAndMadeAgain) {
  begin(k_from_one);
  cluster_.put(release_secret(revision(2, "pending-upgrade")));
  when_helm_made("upgraded", [this] {
    EXPECT_EQ(kube::label_of(cluster_.object("/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v2"), "status"), "failed") << "unlocked before helm ran";
    cluster_.put(release_secret(revision(3, "deployed")));
  });
  const auto came = take_up();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->message, "revision 3 is deployed and ready");
  EXPECT_EQ(saved().state.revision, 3);
  EXPECT_THAT(told(), Contains("warning: revision 2 was interrupted; the upgrade is made again"));
  const json detail = json::parse(saved().steps.back().detail);
  EXPECT_EQ(detail.at("base"), 2);
  EXPECT_EQ(detail.at("runs"), 2);
  EXPECT_TRUE(detail.contains("helm")) << "its process is journaled";
}

TEST_F(UpgradeTakenUp, ThatAnAgentBeforeUsUnlockedAndDiedThenIsMadeAgain) {
  begin(k_from_one);
  cluster_.put(release_secret(revision(2, "failed", std::string(k_helm_has_died))));
  when_helm_made("upgraded", [this] { cluster_.put(release_secret(revision(3, "deployed"))); });
  const auto came = take_up();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->message, "revision 3 is deployed and ready");
  EXPECT_THAT(told(), Contains("warning: revision 2 was interrupted; the upgrade is made again"));
}

TEST_F(UpgradeTakenUp, ThatHadNotBegunIsMade) {
  begin(json::object());
  when_helm_made("upgraded", [this] { cluster_.put(release_secret(revision(2, "deployed"))); });
  const auto came = take_up();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::done);
  EXPECT_TRUE(helm_ran());
}

TEST_F(UpgradeTakenUp, DoesNotTakeARevisionOfSomebodyElseForItsOwn) {
  begin(k_from_one);
  made_release foreign = revision(2, "deployed");
  foreign.deployment = "of-somebody-else";
  cluster_.put(release_secret(foreign));
  when_helm_made("upgraded", [this] { cluster_.put(release_secret(revision(3, "deployed"))); });
  const auto came = take_up();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_TRUE(helm_ran());
  EXPECT_EQ(saved().state.revision, 3);
}

TEST_F(UpgradeTakenUp, IsNotReadyWhileAWorkloadIsHopeless) {
  begin(k_from_one);
  cluster_.put(release_secret(revision(2, "deployed")));
  cluster_.put(web_deployment("shop/web:2", 0));
  cluster_.put(web_replica_set());
  cluster_.put(web_pod(k_never_pulled));
  const auto came = take_up();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(came->reason, "NotReady");
  EXPECT_THAT(came->message, HasSubstr("the image is not there"));
}

// A good revision must not be rolled back because an agent was told to stop just then.
TEST_F(UpgradeTakenUp, IsLeftToTheNextAgentWhenThisOneStopsBeforeItIsReady) {
  begin(k_from_one);
  cluster_.put(release_secret(revision(2, "deployed")));
  cluster_.put(web_deployment("shop/web:2", 0));
  r_->stop();
  const auto came = take_up();
  ASSERT_FALSE(came) << came->message;
  EXPECT_EQ(came.error().code, errc::canceled);
}

TEST_F(UpgradeTakenUp, EndsHelmAsSoonAsAWorkloadOfTheNewRevisionIsHopeless) {
  begin(json::object());
  cluster_.put(web_replica_set());
  fake_upgrade("touch upgraded; exec sleep 60");
  r_->rendered = helm::release{};
  r_->rendered->manifest = web_manifest("shop/web:2");
  spawn(io_.get_executor(), "kubelet", [this]() -> task<void> {
    while (!helm_ran()) co_await sleep_for(std::chrono::milliseconds(5));
    cluster_.put(release_secret(revision(2, "failed")));
    cluster_.put(web_deployment("shop/web:2", 0, 2));
    cluster_.put(web_pod(k_never_pulled));
  });
  const auto began = std::chrono::steady_clock::now();
  const auto came = take_up();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(came->reason, "NotReady");
  EXPECT_THAT(came->message, HasSubstr("Deployment web cannot become ready"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
}

}  // namespace
}  // namespace leadsman::runner
