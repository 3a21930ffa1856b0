#include "runner/lease_keeper.hpp"
#include "runner/ledger.hpp"
#include "unit/runner/agent_scene.hpp"
#include "unit/runner/made_objects.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// What can be asked of shop/web: revision 1 superseded and verified, 2 deployed by a deployment of ours.
class ReleaseView : public agent_scene {
 protected:
  void install() {
    made_release first;
    first.status = "superseded";
    cluster_.put(release_secret(first));
    made_release second;
    second.revision = 2;
    second.deployment = "d-2";
    second.description = "Upgrade complete";
    second.manifest = web_manifest("shop/web:2");
    cluster_.put(release_secret(second));
    cluster_.put(web_deployment("shop/web:2", 0));
    model::ledger_entry entry;
    entry.revision = 1;
    ASSERT_TRUE(run_on(io_, enter(*target_.api, k_release, entry)));
  }
  void let_it_be_held(wall_time renewed) {
    const std::string at = format_rfc3339(renewed);
    cluster_.put({{"apiVersion", "coordination.k8s.io/v1"},
                  {"kind", "Lease"},
                  {"metadata", {{"name", "leadsman-web"}, {"namespace", "shop"}, {"annotations", {{"leadsman/holder", R"({"deployment":"d-3","repository":"acme/shop"})"}}}}},
                  {"spec", {{"holderIdentity", "leadsman/d-3"}, {"leaseDurationSeconds", 30}, {"acquireTime", at}, {"renewTime", at}}}});
  }
  json status() { return run_on(io_, agent_->release_status(k_release)).value().value(); }

  const model::release_id k_release{"prod", "shop", "web"};
};

TEST_F(ReleaseView, StatusTellsRevisionWorkloadsAndTheWayBack) {
  install();
  const json now = status();
  EXPECT_EQ(now.at("release"), json::parse(R"({"cluster":"prod","namespace":"shop","name":"web"})"));
  EXPECT_EQ(now.at("revision"), 2);
  EXPECT_EQ(now.at("status"), "deployed");
  EXPECT_EQ(now.at("chart"), "web-1.2.3");
  EXPECT_EQ(now.at("app_version"), "7");
  EXPECT_EQ(now.at("description"), "Upgrade complete");
  EXPECT_EQ(now.at("deployment"), "d-2");
  EXPECT_EQ(now.at("updated"), "2026-11-21T12:00:00.000Z");
  EXPECT_FALSE(now.contains("standing")) << "revision 2 is not in the ledger";
  EXPECT_EQ(now.at("way_back").at("revision"), 1);
  EXPECT_EQ(now.at("holder"), nullptr);
  ASSERT_EQ(now.at("workloads").size(), 1u);
  EXPECT_EQ(now["workloads"][0].at("name"), "web");
  EXPECT_EQ(now["workloads"][0].at("state"), "progressing");
}

TEST_F(ReleaseView, StatusTellsWhoHoldsTheReleaseUnlessItsAgentIsDead) {
  install();
  let_it_be_held(now());
  EXPECT_EQ(status().at("holder").at("deployment"), "d-3");
  let_it_be_held(now() - 60s);
  EXPECT_EQ(status().at("holder"), nullptr);
}

TEST_F(ReleaseView, HistoryIsOldestFirstWithTheStandingOfEach) {
  install();
  const json history = run_on(io_, agent_->release_history(k_release)).value().value();
  const json& revisions = history.at("revisions");
  ASSERT_EQ(revisions.size(), 2u);
  EXPECT_EQ(revisions[0].at("revision"), 1);
  EXPECT_EQ(revisions[0].at("status"), "superseded");
  EXPECT_EQ(revisions[0].at("standing"), "verified");
  EXPECT_EQ(revisions[1].at("revision"), 2);
  EXPECT_FALSE(revisions[1].contains("standing"));
}

TEST_F(ReleaseView, AReleaseThatHelmDoesNotKnowIsAbsent) {
  EXPECT_FALSE(run_on(io_, agent_->release_status(k_release)).value());
  EXPECT_FALSE(run_on(io_, agent_->release_history(k_release)).value());
}

TEST_F(ReleaseView, AClusterThatIsNotKnownIsAnError) {
  const model::release_id elsewhere{"dev", "shop", "web"};
  EXPECT_EQ(run_on(io_, agent_->release_status(elsewhere)).error().code, errc::not_found);
  EXPECT_EQ(run_on(io_, agent_->release_history(elsewhere)).error().code, errc::not_found);
}

TEST_F(ReleaseView, WhatTheServerRefusesIsAnError) {
  install();
  faults_ = [](const std::string&, const std::string& path) { return path.ends_with("/leases/leadsman-web") ? std::optional(fake_cluster::failure(403, "leases is forbidden")) : std::nullopt; };
  EXPECT_EQ(run_on(io_, agent_->release_status(k_release)).error().code, errc::forbidden);
}

}  // namespace
}  // namespace leadsman::runner
