#include "runner/step/steps.hpp"
#include "unit/runner/made_objects.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// Another holder of shop/web's lease, unless the test says otherwise.
class Acquire : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    cluster_.put(shop_namespace());
  }
  void begin(const std::function<void(model::policy&)>& choose = [](model::policy&) {}) {
    model::deployment_request r = wish();
    choose(r.policy);
    admit(r);
    intend_step(model::step_kind::acquire);
  }
  void hold(json annotations, json spec = json::object()) {
    spec["holderIdentity"] = "somebody";
    spec["leaseDurationSeconds"] = 3600;
    cluster_.put({{"apiVersion", "coordination.k8s.io/v1"}, {"kind", "Lease"}, {"metadata", {{"name", "leadsman-web"}, {"namespace", "shop"}, {"annotations", std::move(annotations)}}}, {"spec", std::move(spec)}});
  }
  result<step_result> taken() { return run_on(io_, acquire(*r_, false)); }

  const std::string k_lease = "/apis/coordination.k8s.io/v1/namespaces/shop/leases/leadsman-web";
};

TEST_F(Acquire, TakesAReleaseThatNobodyHolds) {
  begin();
  const auto came = taken();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::done);
  EXPECT_TRUE(r_->lease.held());
}

TEST_F(Acquire, WaitsSaysForWhomOnceAndTakesItWhenItIsFree) {
  hold({{"leadsman/holder", R"({"deployment":"d-9","repository":"acme/shop","run_id":"4711","since":"2026-11-21T12:00:00Z"})"}});
  begin();
  when_told("waiting: the release is held by acme/shop, run 4711, since 2026-11-21T12:00:00Z (deployment d-9)", [this] {
    json free = cluster_.object(k_lease);
    free["spec"]["holderIdentity"] = "";
    cluster_.put(free);
    r_->changed.notify();
  });
  const auto came = taken();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::done);
  EXPECT_EQ(told().size(), 2u) << "phase and holder";
  EXPECT_EQ(saved().state.phase, model::phase::waiting);
}

TEST_F(Acquire, SaysForWhomItWaitsEvenWhenTheHolderTellsNothing) {
  hold(json::object());
  begin();
  when_told("waiting: ", [this] { r_->stop(); });
  const auto came = taken();
  ASSERT_FALSE(came);
  EXPECT_THAT(told(), Contains("waiting: waiting: the release is held by somebody"));
}

TEST_F(Acquire, DoesNotWaitWhenThatIsNotWanted) {
  hold(json::object());
  begin([](model::policy& p) { p.when_busy = model::when_busy::reject; });
  const auto came = taken();
  ASSERT_TRUE(came);
  EXPECT_EQ(came->outcome, flow::outcome::held);
  EXPECT_EQ(came->reason, "LeaseHeld");
  EXPECT_EQ(came->message, "the release is held by somebody");
}

TEST_F(Acquire, GivesUpWaitingWhenItIsCanceled) {
  hold(json::object(), {{"acquireTime", "2026-11-21T12:00:00.000000Z"}});
  begin();
  when_told("waiting: ", [this] {
    spawn(io_.get_executor(), "cancel", [this]() -> task<void> {
      store::change what;
      what.cancel = model::cancel_request{model::on_cancel::rollback, "mona", ""};
      auto saving = r_->log.save(std::move(what));
      const auto canceled = co_await std::move(saving);
      EXPECT_TRUE(canceled);
      r_->changed.notify();
    });
  });
  const auto came = taken();
  ASSERT_TRUE(came) << came.error().message;
  EXPECT_EQ(came->outcome, flow::outcome::held);
  EXPECT_EQ(came->reason, "CanceledByUser");
}

TEST_F(Acquire, MakesTheNamespaceWhenThatIsWanted) {
  cluster_.remove("/api/v1/namespaces/shop");
  begin([](model::policy& p) { p.create_namespace = true; });
  ASSERT_EQ(taken()->outcome, flow::outcome::done);
  EXPECT_TRUE(cluster_.has("/api/v1/namespaces/shop"));
}

TEST_F(Acquire, AMissingNamespaceIsToldWithWhatToDo) {
  cluster_.remove("/api/v1/namespaces/shop");
  begin();
  const auto came = taken();
  ASSERT_TRUE(came);
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(came->message, "the namespace 'shop' does not exist; create it, or set create-namespace: true");
}

TEST_F(Acquire, WhoMayNotReadNamespacesMayStillTakeTheLease) {
  begin();
  faults_ = [](const std::string& method, const std::string& path) { return method == "GET" && path == "/api/v1/namespaces/shop" ? std::optional(fake_cluster::failure(403, "no")) : std::nullopt; };
  EXPECT_EQ(taken()->outcome, flow::outcome::done);
}

TEST_F(Acquire, WhoMayNotTakeTheLeaseIsTold) {
  begin();
  faults_ = [](const std::string& method, const std::string&) { return method == "POST" ? std::optional(fake_cluster::failure(403, "leases is forbidden")) : std::nullopt; };
  const auto came = taken();
  ASSERT_TRUE(came);
  EXPECT_EQ(came->outcome, flow::outcome::failed);
  EXPECT_EQ(came->reason, "Forbidden");
  EXPECT_THAT(came->message, HasSubstr("leases is forbidden"));
}

}  // namespace
}  // namespace leadsman::runner
