// The runner and the release Secret against real helm and a real API server (see real_helm.hpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/io_context.hpp>

#include "async/task_group.hpp"
#include "helm/manifest.hpp"
#include "helm/runner.hpp"
#include "tests/unit/helm/real_helm.hpp"

namespace leadsman::helm {
namespace {

using namespace std::chrono_literals;

constexpr const char* k_ready = R"(apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}"}
data: {x: "{{ .Values.x }}", z: "{{ .Values.x }}"}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: "{{ .Release.Name }}-check"
  annotations: {helm.sh/hook: test}
)";

constexpr const char* k_never_ready = R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: 2
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec: {containers: [{name: app, image: "leadsman.invalid/none:1", imagePullPolicy: Never}]}
)";

class HelmOnCluster : public testing::Test {
 protected:
  void SetUp() override {
    helm_ = from_environment("LEADSMAN_TEST_HELM");
    kubectl_ = from_environment("LEADSMAN_TEST_KUBECTL");
    kubeconfig_ = from_environment("LEADSMAN_TEST_KUBECONFIG");
    if (helm_.empty() || kubectl_.empty() || kubeconfig_.empty()) GTEST_SKIP() << "no cluster named";
    static int count = 0;  // a namespace takes a while to be gone
    namespace_ = "leadsman-helm-unit-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
    kubectl({"create", "namespace", namespace_});
    ready_ = scratch_.chart("ready", "x: 1\n", k_ready);
    never_ready_ = scratch_.chart("never-ready", "x: 1\n", k_never_ready);
    runner_.emplace(io_.get_executor(), runner_settings{.program = helm_, .run_dir = scratch_.path("run")});
    ASSERT_TRUE(runner_->prepare());
  }

  void TearDown() override {
    if (!namespace_.empty()) run_program(kubectl_, {"--kubeconfig=" + kubeconfig_, "delete", "namespace", namespace_, "--wait=false"}, {{"HOME", scratch_.path("home")}});
  }

  std::string kubectl(std::vector<std::string> words, const std::string& input = {}) {
    words.insert(words.begin(), "--kubeconfig=" + kubeconfig_);
    const program_result done = run_program(kubectl_, words, {{"HOME", scratch_.path("home")}}, input);
    EXPECT_EQ(done.code, 0) << done.err;
    return done.out;
  }

  json secret(const std::string& name, int revision) {
    return json::parse(kubectl({"get", "secret", secret_name(name, revision), "--namespace=" + namespace_, "--output=json"}));
  }

  std::vector<std::string> history(const std::string& name) {
    const program_result done = run_program(helm_, {"history", name, "--namespace=" + namespace_, "--output=json"}, {{"KUBECONFIG", kubeconfig_}, {"HOME", scratch_.path("home")}});
    std::vector<std::string> lines;
    for (const json& revision : json::parse(done.out)) lines.push_back(revision["status"].get<std::string>() + ": " + revision["description"].get<std::string>());
    return lines;
  }

  upgrade_request upgrade(const std::string& name, const std::string& chart) const {
    return {.release = {namespace_, name}, .chart = chart, .timeout = 30s, .history_max = 10, .deployment_id = "d-1"};
  }

  // Runs one coroutine to its end.
  template <class T>
  T finish(task<T> coroutine) {
    std::optional<T> done;
    auto running = std::make_shared<task<T>>(std::move(coroutine));
    spawn(io_.get_executor(), "test", [&done, running]() -> task<void> { done = co_await std::move(*running); });
    io_.restart();
    io_.run();
    return std::move(*done);
  }

  outcome run_upgrade(const upgrade_request& request, const values_input& values = {}, observer heard = {}) {
    const auto done = finish(runner_->upgrade_install(kubeconfig_, request, prepare_values(values).value(), std::move(heard)));
    EXPECT_TRUE(done) << done.error().message;
    return *done;
  }

  asio::io_context io_;
  scratch scratch_{"leadsman-cluster"};
  std::optional<runner> runner_;
  std::string helm_, kubectl_, kubeconfig_, namespace_, ready_, never_ready_;
};

TEST_F(HelmOnCluster, InstallsRendersTestsRollsBackAndRemoves) {
  EXPECT_THAT(finish(runner_->version()).value(), testing::StartsWith("v4."));
  const auto linted = finish(runner_->lint({.release_namespace = namespace_, .chart = ready_}, {}, {}));
  EXPECT_TRUE(linted->run.ok()) << linted->run.output;
  EXPECT_TRUE(run_upgrade(upgrade("shop", ready_), {.set = {"x=2"}}).ok());
  EXPECT_TRUE(run_upgrade(upgrade("shop", ready_), {.set = {"x=3"}}).ok());

  const auto stored = decode_release(secret("shop", 2));
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(stored->status, release_status::deployed);
  EXPECT_EQ(stored->apply, apply_method::server_side);
  EXPECT_EQ(stored->config.dump(), R"({"x":3})");
  EXPECT_EQ(stored->labels.at("leadsman/deployment"), "d-1");
  EXPECT_EQ(stored->tests(), 1);
  EXPECT_EQ(split_manifest(stored->manifest, namespace_).value().at(0).value["data"]["x"], "3");

  const auto rendered = finish(runner_->render(kubeconfig_, upgrade("shop", ready_), prepare_values({.set = {"x=3"}}).value(), {}));
  ASSERT_TRUE(rendered && rendered->rendered);
  EXPECT_EQ(rendered->rendered->manifest, stored->manifest);
  EXPECT_EQ(rendered->rendered->revision, 3);

  const wall_time before_test = now();
  EXPECT_TRUE(finish(runner_->test(kubeconfig_, {.release = {namespace_, "shop"}, .timeout = 30s}, {}))->ok());
  const auto tested = decode_release(secret("shop", 2));
  EXPECT_EQ(tested->hooks.at(0).last_run.phase, "Succeeded");
  EXPECT_GE(*tested->hooks.at(0).last_run.started, before_test);

  const auto back = finish(runner_->rollback(kubeconfig_, {.release = {namespace_, "shop"}, .revision = 1, .timeout = 30s, .history_max = 10}, {}));
  EXPECT_TRUE(back->ok()) << back->messages;
  EXPECT_EQ(decode_release(secret("shop", 3))->config.dump(), R"({"x":2})");
  EXPECT_TRUE(finish(runner_->uninstall(kubeconfig_, {.release = {namespace_, "shop"}, .timeout = 30s}, {}))->ok());
  EXPECT_TRUE(finish(runner_->uninstall(kubeconfig_, {.release = {namespace_, "shop"}, .timeout = 30s}, {}))->ok());
}

TEST_F(HelmOnCluster, ARevisionLeftPendingByADeadHelmCanBeMarkedFailedAndHelmGoesOn) {
  ASSERT_TRUE(run_upgrade(upgrade("stuck", ready_)).ok());
  observer killing;
  killing.on_start = [&](process::process_identity identity) -> task<result<void>> {
    const auto stored = [&] { return run_program(kubectl_, {"--kubeconfig=" + kubeconfig_, "get", "secret", secret_name("stuck", 2), "--namespace=" + namespace_}, {{"HOME", scratch_.path("home")}}).code == 0; };
    while (!stored()) co_await sleep_for(50ms);
    ::kill(identity.pid, SIGKILL);
    co_return result<void>();
  };
  EXPECT_THAT(run_upgrade(upgrade("stuck", never_ready_), {}, killing).failed->message, testing::HasSubstr("killed by SIGKILL"));
  EXPECT_EQ(decode_release(secret("stuck", 2))->status, release_status::pending_upgrade);
  EXPECT_EQ(run_upgrade(upgrade("stuck", ready_)).failed->kind, failure_class::in_progress);

  const auto marked = mark_failed(secret("stuck", 2), "Leadsman: helm was killed", now());
  ASSERT_TRUE(marked) << marked.error().message;
  kubectl({"replace", "--filename=-"}, marked->dump());
  EXPECT_THAT(history("stuck"), testing::ElementsAre("deployed: Install complete", "failed: Leadsman: helm was killed"));
  EXPECT_EQ(decode_release(secret("stuck", 2))->labels.at("leadsman/deployment"), "d-1");
  EXPECT_TRUE(run_upgrade(upgrade("stuck", ready_)).ok());
  EXPECT_THAT(history("stuck"), testing::ElementsAre("superseded: Install complete", "failed: Leadsman: helm was killed", "deployed: Upgrade complete"));
}

TEST_F(HelmOnCluster, ACanceledUpgradeLeavesAFailedRevision) {
  ASSERT_TRUE(run_upgrade(upgrade("stopped", ready_)).ok());
  task_group group(io_.get_executor());
  std::optional<result<outcome>> done;
  observer heard;
  heard.on_start = [&](process::process_identity) -> task<result<void>> {
    // Time for helm to reach its wait; an earlier signal may end it before it has stored a revision.
    while (run_program(kubectl_, {"--kubeconfig=" + kubeconfig_, "get", "deployment", "stopped", "--namespace=" + namespace_}, {{"HOME", scratch_.path("home")}}).code != 0) co_await sleep_for(50ms);
    group.cancel();
    co_return result<void>();
  };
  group.spawn("upgrade", [&]() -> task<void> {
    auto running = runner_->upgrade_install(kubeconfig_, upgrade("stopped", never_ready_), {}, heard);
    done = co_await std::move(running);
  });
  io_.restart();
  io_.run();
  ASSERT_TRUE(done && *done);
  EXPECT_EQ((**done).failed->kind, failure_class::cancelled);
  EXPECT_THAT(history("stopped"), testing::ElementsAre("deployed: Install complete", testing::HasSubstr("context canceled")));
}

TEST_F(HelmOnCluster, AConflictNamesManagersAndFieldsAndForceGoesOn) {
  ASSERT_TRUE(run_upgrade(upgrade("owned", ready_)).ok());
  for (const char* key : {"x", "z"}) {
    kubectl({"patch", "configmap", "owned", "--namespace=" + namespace_, "--type=merge", std::string("--field-manager=hand-") + key, std::string("--patch={\"data\":{\"") + key + "\":\"9\"}}"});
  }
  const outcome refused = run_upgrade(upgrade("owned", ready_), {.set = {"x=2"}});
  ASSERT_TRUE(refused.failed);
  EXPECT_EQ(refused.failed->kind, failure_class::conflict);
  const std::string object = namespace_ + "/owned /v1, Kind=ConfigMap";
  EXPECT_THAT(refused.failed->conflicts, testing::UnorderedElementsAre(field_conflict{"hand-x", object, ".data.x"}, field_conflict{"hand-z", object, ".data.z"}))
      << refused.messages;
  upgrade_request forced = upgrade("owned", ready_);
  forced.force_conflicts = true;
  EXPECT_TRUE(run_upgrade(forced, {.set = {"x=2"}}).ok());
}

}  // namespace
}  // namespace leadsman::helm
