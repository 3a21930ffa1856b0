#include "runner/observe.hpp"

#include "runner/ledger.hpp"
#include "unit/runner/made_objects.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Release shop/web with revision 1, deployed and verified by us, and a wish for the very same.
class Observed : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    admit(wish_for_a_chart());
    r_->values.digest = "sha256:values";
    cluster_.put(release_secret(revision(1)));
    cluster_.put(web_deployment("shop/web:1"));
    cluster_.put(web_service());
  }
  static made_release revision(int number) {
    made_release made;
    made.revision = number;
    made.manifest = web_manifest("shop/web:1");
    return made;
  }
  model::ledger_entry verified() {
    model::ledger_entry e;
    e.revision = 1;
    e.chart_digest = r_->request.chart.digest;
    e.values_digest = "sha256:values";
    e.helm_build = helm_.build();
    return e;
  }
  void enter_in_ledger(const model::ledger_entry& e) { ASSERT_TRUE(run_on(io_, enter(*target_.api, r_->release(), e))); }
  plan::observed see() { return run_on(io_, observe(*r_)).value(); }
};

TEST_F(Observed, ANewReleaseHasNoHistoryAndIsNotHealthy) {
  cluster_.remove("/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v1");
  const plan::observed seen = see();
  EXPECT_THAT(seen.history, IsEmpty());
  EXPECT_FALSE(seen.healthy || seen.unchanged || seen.pending_is_dead);
}

TEST_F(Observed, AHealthyReleaseSaysWhichChartItIs) {
  const plan::observed seen = see();
  EXPECT_TRUE(seen.healthy) << seen.unhealthy_because;
  ASSERT_EQ(seen.history.size(), 1u);
  EXPECT_EQ(seen.history[0].chart, "web-1.2.3");
  EXPECT_FALSE(seen.unchanged) << "it is not verified";
}

TEST_F(Observed, AWorkloadThatIsNotReadyMakesItUnhealthy) {
  cluster_.put(web_deployment("shop/web:1", 0));
  const plan::observed seen = see();
  EXPECT_FALSE(seen.healthy);
  EXPECT_EQ(seen.unhealthy_because, "Deployment web: 0 of 1 pod is available");
}

TEST_F(Observed, IsUnchangedWhenTheSameIsVerifiedAndNothingHasDrifted) {
  enter_in_ledger(verified());
  const plan::observed seen = see();
  EXPECT_TRUE(seen.unchanged) << seen.drift;
  EXPECT_EQ(seen.drift, "");
  EXPECT_EQ(seen.ledger.entries.size(), 1u);
}

TEST_F(Observed, IsNotUnchangedUnlessEverythingIsTheSame) {
  struct {
    const char* name;
    std::function<void(model::ledger_entry&)> change;
  } const rows[] = {
      {"another chart", [](auto& e) { e.chart_digest = "other"; }},
      {"other values", [](auto& e) { e.values_digest = "other"; }},
      {"another helm", [](auto& e) { e.helm_build = "other"; }},
      {"adopted, never tested", [](auto& e) { e.standing = model::standing::adopted; }},
      {"another revision", [](auto& e) { e.revision = 7; }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    cluster_.remove("/api/v1/namespaces/shop/configmaps/leadsman-web");
    model::ledger_entry e = verified();
    row.change(e);
    enter_in_ledger(e);
    EXPECT_FALSE(see().unchanged);
  }
}

// One at a weight, or with a route that has to be given back, is there even when helm does not know it any more.
TEST_F(Observed, IsNotUnchangedWhileACanaryStandsBesideIt) {
  enter_in_ledger(verified());
  const auto left = [&](int weight, const char* route) {
    model::canary_entry c;
    c.deployment = "d-1";
    c.weight = weight;
    c.route = route;
    EXPECT_TRUE(run_on(io_, enter_canary(*target_.api, r_->release(), c)));
  };
  left(25, "{}");
  EXPECT_FALSE(see().unchanged);
  EXPECT_EQ(see().canary->weight, 25);
  left(0, "");
  EXPECT_FALSE(see().canary) << "it has no traffic, and helm knows no web-canary";
  EXPECT_TRUE(see().unchanged);
}

TEST_F(Observed, APromotionSeesOnlyTheCanaryThatItIsAbout) {
  model::canary_entry c;
  c.deployment = "d-1";
  c.weight = 25;
  ASSERT_TRUE(run_on(io_, enter_canary(*target_.api, r_->release(), c)));
  r_->request.of = "d-2";
  EXPECT_FALSE(see().canary);
  r_->request.of = "d-1";
  EXPECT_TRUE(see().canary);
}

TEST_F(Observed, IsNotUnchangedWhileItIsNotHealthy) {
  enter_in_ledger(verified());
  cluster_.put(web_deployment("shop/web:1", 0));
  EXPECT_FALSE(see().unchanged);
}

TEST_F(Observed, DriftIsNamed) {
  enter_in_ledger(verified());
  nlohmann::json changed = web_deployment("shop/web:1");
  changed["spec"]["selector"]["matchLabels"]["app"] = "other";
  cluster_.put(changed);
  const plan::observed seen = see();
  EXPECT_FALSE(seen.unchanged);
  EXPECT_EQ(seen.drift, "Deployment web differs at .spec.selector.matchLabels.app");
}

TEST_F(Observed, WhatCannotBeCheckedForDriftIsNotUnchanged) {
  enter_in_ledger(verified());
  faults_ = [](const std::string& method, const std::string&) { return method == "PATCH" ? std::optional(fake_cluster::failure(403, "patch is forbidden")) : std::nullopt; };
  const plan::observed seen = see();
  EXPECT_FALSE(seen.unchanged);
  EXPECT_EQ(seen.drift, "");
}

TEST_F(Observed, ADeployedRevisionBelowAFailedOneIsNeverUnchanged) {
  enter_in_ledger(verified());
  made_release failed = revision(2);
  failed.status = "failed";
  cluster_.put(release_secret(failed));
  const plan::observed seen = see();
  EXPECT_TRUE(seen.healthy);
  EXPECT_FALSE(seen.unchanged);
  EXPECT_EQ(seen.history[0].chart, "web-1.2.3");
}

TEST_F(Observed, ARevisionThatAHelmOfOursLeftPendingIsKnownDead) {
  made_release pending = revision(2);
  pending.status = "pending-upgrade";
  pending.deployment = "an-earlier-one";
  cluster_.put(release_secret(pending));
  EXPECT_TRUE(see().pending_is_dead);
}

TEST_F(Observed, WhatTheServerRefusesIsAnError) {
  faults_ = [](const std::string&, const std::string& path) { return path.ends_with("/secrets") ? std::optional(fake_cluster::failure(403, "secrets is forbidden")) : std::nullopt; };
  const auto seen = run_on(io_, observe(*r_));
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, errc::forbidden);
}

}  // namespace
}  // namespace leadsman::runner
