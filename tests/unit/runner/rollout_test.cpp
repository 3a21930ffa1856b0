#include "runner/rollout.hpp"

#include "runner/ledger.hpp"
#include "runner/step/steps.hpp"
#include "unit/runner/made_objects.hpp"
#include "unit/runner/scene.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* k_every_verb = R"sh(
case "$1" in
  version) echo v4.2.3 ;;
  lint) ;;
  upgrade) case "$*" in *--dry-run*) cat rendered.json ;; *) touch upgraded; [ ! -e upgrade-fails ] || { cat upgrade-fails >&2; exit 1; } ;; esac ;;
  test) touch tested; [ ! -e test-fails ] || { echo "Error: pod smoke failed" >&2; exit 1; } ;;
  rollback) touch rolled-back ;;
  uninstall) touch uninstalled ;;
esac
)sh";

// Release shop/web from image shop/web:1 to shop/web:2: every step, and helm does in the cluster what each test says.
class Rollout : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    fake_helm(k_every_verb);
    folder_.write("rendered.json", release_json(revision(2)).dump());
    cluster_.put(shop_namespace());
    when_helm_made("upgraded", [this] { install(2); });
    when_helm_made("tested", [this] { end_test("Succeeded"); });
    when_helm_made("rolled-back", [this] {
      install(3);
      end_test("Succeeded");
    });
    when_helm_made("uninstalled", [this] { cluster_.remove(k_secrets + "1"); });
  }

  // Revision 2 is the new one; 1 and, after a rollback, 3 are the old.
  static made_release revision(int number) {
    made_release made;
    made.revision = number;
    made.manifest = web_manifest(number == 2 ? "shop/web:2" : "shop/web:1");
    made.hooks = {smoke_test()};
    if (number == 2) made.deployment = k_id;
    return made;
  }
  void install(int number) {
    newest_ = number;
    if (number > 1) {
      made_release before = revision(number - 1);
      before.status = "superseded";
      cluster_.put(release_secret(before));
    }
    cluster_.put(release_secret(revision(number)));
    cluster_.put(web_deployment(number == 2 ? "shop/web:2" : "shop/web:1", 1, number));
    cluster_.put(web_service());
    cluster_.put(web_endpoints());
  }
  void end_test(const std::string& phase) {
    made_release tested = revision(newest_);
    tested.hooks = {smoke_test_that_ran(phase, now() + std::chrono::seconds(1))};
    cluster_.put(release_secret(tested));
  }
  void install_the_verified_first() {
    install(1);
    model::ledger_entry entry;
    entry.revision = 1;
    ASSERT_TRUE(run_on(io_, enter(*target_.api, r_->release(), entry)));
  }
  void fail_the_first_installation() {
    made_release first = revision(2);
    first.revision = 1;
    first.status = "failed";
    cluster_.put(release_secret(first));
  }
  std::vector<std::string> steps() {
    std::vector<std::string> lines;
    for (const model::step_record& s : saved().steps) lines.push_back(std::string(model::word_of(model::k_step_kind, s.kind)) + " " + s.outcome);
    return lines;
  }
  std::vector<std::string> ledger() {
    std::vector<std::string> lines;
    const model::ledger known = run_on(io_, read_ledger(*target_.api, r_->release())).value();
    for (const model::ledger_entry& e : known.entries) {
      lines.push_back(std::to_string(e.revision) + " " + std::string(model::word_of(model::k_standing, e.standing)) + " " + e.deployment + " tests " + std::to_string(e.tests_run));
    }
    return lines;
  }

  const std::string k_secrets = "/api/v1/namespaces/shop/secrets/sh.helm.release.v1.web.v";
  int newest_ = 0;
};

TEST_F(Rollout, DeploysTestsAndEntersTheRevisionInTheLedger) {
  admit(wish_for_a_chart());
  install_the_verified_first();
  play_to_the_end();
  EXPECT_THAT(steps(), ElementsAre("acquire done", "look done", "preflight done", "upgrade done", "test done", "record done"));
  const model::deployment d = saved();
  EXPECT_EQ(d.state.phase, model::phase::succeeded) << d.state.message;
  EXPECT_EQ(d.state.reason, "Deployed");
  EXPECT_EQ(d.state.revision, 2);
  EXPECT_EQ(d.state.previous_revision, 1);
  EXPECT_THAT(ledger(), ElementsAre("1 verified  tests 0", std::string("2 verified ") + k_id + " tests 1"));
  EXPECT_EQ(kube::text_at(cluster_.object("/apis/coordination.k8s.io/v1/namespaces/shop/leases/leadsman-web"), "/spec/holderIdentity"), "") << "the lease is given back";
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "run" / "charts" / k_id));
}

TEST_F(Rollout, TellsEveryStepAndHowItEnded) {
  admit(wish_for_a_chart());
  install_the_verified_first();
  play_to_the_end();
  EXPECT_THAT(told(), Contains("planned: preflight → upgrade → test → record; on failure: back to revision 1 (verified)"));
  EXPECT_THAT(told(), Contains("step: 1 of 1 tests passed: smoke"));
  EXPECT_THAT(told(), Contains("phase: analyzing"));
  const json last = data_of(model::event_kind::finished).at(0);
  EXPECT_EQ(last.at("phase"), "succeeded");
  EXPECT_EQ(last.at("revision"), 2);
  EXPECT_EQ(last.at("next"), "");
}

TEST_F(Rollout, RollsBackToTheVerifiedRevisionAndProvesItWhenATestFails) {
  admit(wish_for_a_chart());
  install_the_verified_first();
  folder_.write("test-fails", "");
  when_helm_made("tested", [this] {
    std::filesystem::remove(folder_.path() / "test-fails");
    end_test(newest_ == 2 ? "Failed" : "Succeeded");
  });
  play_to_the_end();
  EXPECT_THAT(steps(), ElementsAre("acquire done", "look done", "preflight done", "upgrade done", "test failed", "evidence done", "rollback done", "prove done", "record done"));
  const model::deployment d = saved();
  EXPECT_EQ(d.state.phase, model::phase::rolled_back) << d.state.message;
  EXPECT_EQ(d.state.reason, "TestsFailed");
  EXPECT_EQ(d.state.rollback, model::rollback_outcome::succeeded);
  EXPECT_EQ(d.state.revision, 3);
  EXPECT_THAT(helm_calls(), HasSubstr("\nrollback web 1 "));
  EXPECT_THAT(ledger(), ElementsAre("1 verified  tests 0", std::string("3 verified ") + k_id + " tests 1"));
  const json proof = data_of(model::event_kind::proof).at(0);
  EXPECT_TRUE(proof.at("ok"));
  EXPECT_EQ(proof.at("target_revision"), 1);
  std::vector<std::string> what;
  for (const json& check : proof.at("checks")) what.push_back(check.at("what"));
  EXPECT_THAT(what, ElementsAre("revision", "image", "replicas", "rollout", "endpoints", "tests"));
}

TEST_F(Rollout, ARollbackThatLeftTheWrongImageIsNotProved) {
  model::deployment_request wished = wish_for_a_chart();
  wished.policy.timeout = std::chrono::seconds(1);  // so long is waited for the cluster to settle
  admit(wished);
  install_the_verified_first();
  folder_.write("test-fails", "");
  when_helm_made("rolled-back", [this] {
    install(3);
    cluster_.put(web_deployment("shop/web:2", 1, 3));
  });
  play_to_the_end();
  const model::deployment d = saved();
  EXPECT_EQ(d.state.phase, model::phase::failed);
  EXPECT_EQ(d.state.reason, "ProofFailed");
  EXPECT_EQ(d.state.rollback, model::rollback_outcome::failed);
  EXPECT_THAT(d.state.message, HasSubstr("image should be shop/web:1, is shop/web:2"));
  EXPECT_THAT(told(), Contains(StartsWith("proof: NOT proved")));
  EXPECT_THAT(data_of(model::event_kind::finished).at(0).at("next").get<std::string>(), StartsWith("the cluster is NOT as it was"));
}

TEST_F(Rollout, RemovesAFirstInstallationThatFailed) {
  admit(wish_for_a_chart());
  folder_.write("upgrade-fails", "Error: failed post-install: 1 error occurred\n");
  when_helm_made("upgraded", [this] { fail_the_first_installation(); });
  play_to_the_end();
  EXPECT_THAT(steps(), ElementsAre("acquire done", "look done", "preflight done", "upgrade failed", "evidence done", "uninstall done"));
  const model::deployment d = saved();
  EXPECT_EQ(d.state.phase, model::phase::rolled_back) << d.state.message;
  EXPECT_FALSE(d.state.revision);
  EXPECT_THAT(helm_calls(), HasSubstr("\nuninstall web "));
}

TEST_F(Rollout, AnUpgradeThatMadeNoRevisionHasChangedNothing) {
  admit(wish_for_a_chart());
  install_the_verified_first();
  folder_.write("upgrade-fails", "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n");
  when_helm_made("upgraded", [] {});
  play_to_the_end();
  EXPECT_THAT(steps(), ElementsAre("acquire done", "look done", "preflight done", "upgrade untouched"));
  EXPECT_EQ(saved().state.phase, model::phase::failed);
  EXPECT_EQ(saved().state.revision, 1);
}

TEST_F(Rollout, HasNothingToDoWhenTheSameIsDeployedAgain) {
  const model::deployment_request wished = wish_for_a_chart();
  admit(wished);
  install(1);
  model::ledger_entry entry;
  entry.revision = 1;
  entry.chart_digest = wished.chart.digest;
  entry.values_digest = helm::prepare_values({})->digest;
  entry.helm_build = helm_.build();
  ASSERT_TRUE(run_on(io_, enter(*target_.api, wished.release, entry)));
  play_to_the_end();
  EXPECT_THAT(steps(), ElementsAre("acquire done", "look no_change"));
  EXPECT_EQ(saved().state.reason, "NoChange");
  EXPECT_EQ(saved().state.revision, 1);
  EXPECT_THAT(helm_calls(), Not(HasSubstr("upgrade")));
}

TEST_F(Rollout, WhatFailsBeforeTheUpgradeHasChangedNothing) {
  struct {
    const char* name;
    const char* broken;  // the verb that fails
    const char* says;
    const char* reason;
  } const rows[] = {
      {"lint", "lint", "echo '[ERROR] templates/: nil pointer'; exit 1", "ChartInvalid"},
      {"render", "upgrade", "echo 'Error: execution error at (web/templates/a.yaml): no tag' >&2; exit 1", "ChartInvalid"},
      {"unreachable", "upgrade", "echo 'Error: kubernetes cluster unreachable: connection refused' >&2; exit 1", "ClusterUnreachable"},
  };
  admit(wish_for_a_chart());
  install_the_verified_first();
  ASSERT_TRUE(r_);
  int number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    fake_helm("[ \"$1\" != " + std::string(row.broken) + " ] || { " + row.says + "; }\n" + k_every_verb);
    if (number++ == 0) intend_step(model::step_kind::preflight);
    const auto came = run_on(io_, preflight(*r_, false));
    ASSERT_TRUE(came) << came.error().message;
    EXPECT_EQ(came->outcome, flow::outcome::failed);
    EXPECT_EQ(came->reason, row.reason) << came->message;
  }
  EXPECT_FALSE(cluster_.has(k_secrets + "2"));
}

TEST_F(Rollout, ARevisionThatCannotBeEnteredInTheLedgerIsDeployedAndNoWayBack) {
  admit(wish_for_a_chart());
  install_the_verified_first();
  faults_ = [](const std::string& method, const std::string& path) { return method == "PUT" && path.ends_with("/leadsman-web") ? std::optional(fake_cluster::failure(403, "configmaps is forbidden")) : std::nullopt; };
  play_to_the_end();
  EXPECT_EQ(saved().state.phase, model::phase::succeeded);
  EXPECT_EQ(saved().state.message, "revision 2 is deployed, but not in the ledger");
  EXPECT_THAT(told(), Contains(HasSubstr("it will not be a way back")));
  EXPECT_THAT(ledger(), ElementsAre("1 verified  tests 0"));
}

TEST_F(Rollout, CanceledAfterTheUpgradeGoesBack) {
  admit(wish_for_a_chart());
  install_the_verified_first();
  when_helm_made("tested", [this] {
    end_test("Succeeded");
    if (newest_ != 2 || r_->now().cancel) return;
    spawn(io_.get_executor(), "cancel", [this]() -> task<void> {
      store::change what;
      what.cancel = model::cancel_request{model::on_cancel::rollback, "mona", "a mistake"};
      auto saving = r_->log.save(std::move(what));
      const auto canceled = co_await std::move(saving);
      EXPECT_TRUE(canceled);
    });
  });
  play_to_the_end();
  EXPECT_EQ(saved().state.phase, model::phase::rolled_back) << saved().state.message;
  EXPECT_EQ(saved().state.message, "canceled by mona: a mistake");
}

// Helm is ended when the lease is lost, since somebody else may act; nobody did, so the deployment goes on.
TEST_F(Rollout, GoesOnAfterAnApiServerThatWasAwayForLongerThanTheLeaseLasts) {
  shared_.pace.renewal = shared_.pace.retry = std::chrono::milliseconds(5);
  shared_.pace.patience = std::chrono::seconds(1);
  admit(wish_for_a_chart());
  install_the_verified_first();
  int after_the_loss = 0;
  faults_ = [&](const std::string&, const std::string&) {
    const auto& steps = r_->now().steps;
    const bool tests = !steps.empty() && steps.back().kind == model::step_kind::test;
    if (r_->lease.lost()) ++after_the_loss;
    return tests && after_the_loss < 4 ? std::optional(silence()) : std::nullopt;
  };
  play_to_the_end();
  EXPECT_EQ(saved().state.phase, model::phase::succeeded) << saved().state.reason << ": " << saved().state.message;
  EXPECT_GE(after_the_loss, 4);
  faults_ = [](const std::string&, const std::string&) { return std::nullopt; };
}

TEST_F(Rollout, TouchesNothingAfterSomebodyElseHadTheReleaseWhileNoAgentWasThere) {
  admit(wish_for_a_chart());
  install_the_verified_first();
  faults_ = [this](const std::string&, const std::string&) { return r_->now().steps.size() == 2 ? std::optional(silence()) : std::nullopt; };
  when_told("waiting for the API server", [this] { r_->stop(); });
  play_to_the_end();
  faults_ = [](const std::string&, const std::string&) { return std::nullopt; };
  const std::string path = "/apis/coordination.k8s.io/v1/namespaces/shop/leases/leadsman-web";
  json lease = cluster_.object(path);
  lease["spec"]["holderIdentity"] = "somebody";
  lease["metadata"]["annotations"] = json::object();
  cluster_.put(lease);

  take_up_again();
  when_told("waiting for the release to be given back by somebody", [&] {
    spawn(io_.get_executor(), "give back", [&]() -> task<void> {
      for (int i = 0; i < 3; ++i) {
        r_->changed.notify();  // whoever waits looks again
        co_await sleep_for(std::chrono::milliseconds(20));
      }
      lease["spec"]["holderIdentity"] = "";
      cluster_.put(lease);
      r_->changed.notify();
    });
  });
  play_to_the_end();
  EXPECT_EQ(saved().state.phase, model::phase::failed) << saved().state.message;
  EXPECT_EQ(saved().state.reason, model::reason::k_lease_lost);
  const auto lines = told();
  EXPECT_EQ(std::ranges::count_if(lines, [](const std::string& line) { return line.starts_with("waiting: waiting for the release to be given back"); }), 1) << "said once";
}

// The agent is told to stop in the middle of each step, while the API server does not answer.
class AgentThatStops : public Rollout, public testing::WithParamInterface<model::step_kind> {
 protected:
  bool is_performed(model::step_kind kind) const {
    const auto& steps = r_->now().steps;
    return !steps.empty() && steps.back().kind == kind && steps.back().status == model::step_status::intended;
  }
  static bool is_on_the_way_back(model::step_kind kind) {
    return kind == model::step_kind::evidence || kind == model::step_kind::rollback || kind == model::step_kind::prove;
  }
};

TEST_P(AgentThatStops, LeavesTheStepToTheNextAgent) {
  admit(wish_for_a_chart());
  install_the_verified_first();
  if (is_on_the_way_back(GetParam())) {
    folder_.write("test-fails", "");
    when_helm_made("tested", [this] {
      std::filesystem::remove(folder_.path() / "test-fails");
      end_test(newest_ == 2 ? "Failed" : "Succeeded");
    });
  }
  faults_ = [this](const std::string&, const std::string&) { return is_performed(GetParam()) ? std::optional(silence()) : std::nullopt; };
  when_told("waiting for the API server", [this] { r_->stop(); });
  play_to_the_end();
  const model::step_record left = saved().steps.back();
  EXPECT_EQ(left.kind, GetParam());
  EXPECT_EQ(left.status, model::step_status::intended) << left.message;
  ASSERT_FALSE(model::is_final(saved().state.phase)) << saved().state.message;

  faults_ = [](const std::string&, const std::string&) { return std::nullopt; };
  take_up_again();
  play_to_the_end();
  EXPECT_EQ(saved().state.phase, is_on_the_way_back(GetParam()) ? model::phase::rolled_back : model::phase::succeeded) << saved().state.message;
  EXPECT_THAT(ledger(), Contains(StartsWith(is_on_the_way_back(GetParam()) ? "3 verified" : "2 verified")));
}

INSTANTIATE_TEST_SUITE_P(Rollout, AgentThatStops,
                         testing::Values(model::step_kind::acquire, model::step_kind::look, model::step_kind::preflight, model::step_kind::upgrade,
                                         model::step_kind::test, model::step_kind::record, model::step_kind::evidence, model::step_kind::rollback,
                                         model::step_kind::prove),
                         [](const auto& tested) { return "In" + std::string(model::word_of(model::k_step_kind, tested.param)); });

}  // namespace
}  // namespace leadsman::runner
