#include "runner/rollouts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "archive/chart.hpp"
#include "helm/encoding.hpp"
#include "store/sqlite/open.hpp"
#include "support/temporary_folder.hpp"
#include "unit/runner/fake_cluster.hpp"
#include "wire/model.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using model::admission;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

sign::secret_box box_of(unsigned char fill) {
  sign::secret_box::key key;
  key.fill(fill);
  return sign::secret_box(key);
}

// An agent's rollouts over the real store, an API server in memory and a helm that prints rendered.json. The release's namespace is missing, so that a
// deployment fails before it needs helm, unless somebody else holds the release: then it waits.
class Rollouts : public testing::Test {
 protected:
  void SetUp() override {
    folder_.write("helm", "#!/bin/sh\nexec cat '" + (folder_.path() / "rendered.json").string() + "'\n");
    ::chmod((folder_.path() / "helm").c_str(), 0755);
    ASSERT_TRUE(helm_.prepare());
    known_.add({"prod", "", "", cluster_.connect()});
    begin(1);
  }
  void TearDown() override { end(); }

  void begin(unsigned char key) {
    store_ = store::open_sqlite(folder_.path() / "state").value();
    facilities shared{io_.get_executor(), *store_, helm_, blocking_, folder_.path() / "run", "agent-0"};
    agent_ = std::make_unique<rollouts>(std::move(shared), known_, box_of(key));
  }
  void end() {
    test::run_until_done(io_, [this] { return agent_->stop(); });
    agent_.reset();
    store_.reset();
  }
  void restart(unsigned char key = 1) {
    end();
    begin(key);
    const auto resumed = run_on(io_, agent_->resume());
    ASSERT_TRUE(resumed) << resumed.error().message;
  }

  void let_somebody_hold_the_release() {
    cluster_.put({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "shop"}}}});
    const std::string at = format_rfc3339(now());
    cluster_.put({{"apiVersion", "coordination.k8s.io/v1"},
                  {"kind", "Lease"},
                  {"metadata", {{"name", "leadsman-web"}, {"namespace", "shop"}}},
                  {"spec", {{"holderIdentity", "somebody"}, {"leaseDurationSeconds", 3600}, {"acquireTime", at}, {"renewTime", at}}}});
  }

  static model::deployment_request back_to(int revision, int run_attempt = 1) {
    model::deployment_request r;
    r.kind = model::request_kind::rollback;
    r.release = {"prod", "shop", "web"};
    r.revision = revision;
    r.origin.repository = "acme/shop";
    r.origin.run_id = "4711";
    r.origin.run_attempt = run_attempt;
    return r;
  }
  static model::deployment_request by_hand() {
    model::deployment_request r = back_to(3);
    r.origin = {};
    return r;
  }

  result<store::admitted> submit(model::deployment_request r, std::string principal = "key:ci", std::string key = "") {
    return run_on(io_, agent_->submit(std::move(r), std::move(principal), std::move(key)));
  }
  std::string submitted(model::deployment_request r) { return submit(std::move(r)).value().deployment.id; }

  // Every event up to the last one; fails the test when that does not come.
  std::vector<model::event> follow(const std::string& id) {
    std::vector<model::event> all;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    for (;;) {
      const auto page = run_on(io_, agent_->wait_events(id, all.empty() ? 0 : all.back().seq, 1s));
      if (!page) throw std::runtime_error(page.error().message);
      all.insert(all.end(), page->events.begin(), page->events.end());
      if (page->ended) return all;
      if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("deployment " + id + " does not end");
    }
  }
  // Follows until an event of this kind has come.
  void wait_for(const std::string& id, model::event_kind kind) {
    uint64_t after = 0;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < deadline) {
      for (const model::event& e : run_on(io_, agent_->wait_events(id, after, 1s)).value().events) {
        after = e.seq;
        if (e.kind == kind) return;
      }
    }
    FAIL() << "no event " << model::word_of(model::k_event_kind, kind);
  }
  model::deployment find(const std::string& id) { return run_on(io_, agent_->find(id)).value().value(); }

  test::temporary_folder folder_;
  asio::io_context io_;
  asio::thread_pool blocking_{1};
  fake_cluster cluster_{io_};
  helm::runner helm_{io_.get_executor(), {.program = (folder_.path() / "helm").string(), .run_dir = folder_.path() / "run", .own = {{"PATH", "/usr/bin:/bin"}}}};
  clusters known_;
  std::unique_ptr<store::store> store_;
  std::unique_ptr<rollouts> agent_;
};

TEST_F(Rollouts, CarryADeploymentToItsEnd) {
  const auto admitted = submit(back_to(3));
  ASSERT_TRUE(admitted) << admitted.error().message;
  EXPECT_EQ(admitted->outcome, admission::create);
  EXPECT_EQ(admitted->deployment.attempt, 1);
  const auto events = follow(admitted->deployment.id);
  EXPECT_EQ(events.front().kind, model::event_kind::created);
  EXPECT_EQ(events.front().message, "roll back prod/shop/web to revision 3");
  EXPECT_EQ(events.back().kind, model::event_kind::finished);
  for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].seq, i + 1);
  const model::deployment d = find(admitted->deployment.id);
  EXPECT_EQ(d.state.reason, "Forbidden");
  EXPECT_THAT(d.state.message, HasSubstr("the namespace 'shop' does not exist"));
  EXPECT_EQ(d.last_seq, events.back().seq);
  EXPECT_TRUE(d.finished_at);
}

TEST_F(Rollouts, AttachARetryOfTheSameAttemptToWhatHappened) {
  const std::string first = submitted(back_to(3));
  const auto events = follow(first);
  const auto again = submit(back_to(3));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->outcome, admission::attach);
  EXPECT_EQ(again->deployment.id, first);
  EXPECT_EQ(follow(first), events) << "nothing is added after the end";
}

TEST_F(Rollouts, BeginANewAttemptForALaterRunAttempt) {
  const std::string first = submitted(back_to(3));
  follow(first);
  const auto later = submit(back_to(3, 2));
  ASSERT_TRUE(later) << later.error().message;
  EXPECT_EQ(later->outcome, admission::create);
  EXPECT_NE(later->deployment.id, first);
  EXPECT_EQ(later->deployment.attempt, 2);
}

TEST_F(Rollouts, RefuseAnotherWishOfTheSameStep) {
  const std::string first = submitted(back_to(3));
  follow(first);
  const auto other = submit(back_to(4));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, errc::conflict);
  EXPECT_THAT(other.error().message, AllOf(HasSubstr("prod/shop/web"), HasSubstr(first), HasSubstr("an id of its own")));
}

TEST_F(Rollouts, NeverMixTheWishesOfTwoPrincipals) {
  const std::string first = submitted(back_to(3));
  const auto other = submit(back_to(4), "key:other");
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_EQ(other->outcome, admission::create);
  EXPECT_NE(other->deployment.id, first);
}

TEST_F(Rollouts, TakeARequestWithoutARunOrAKeyForANewOneAlways) {
  EXPECT_EQ(submit(by_hand(), "local").value().outcome, admission::create);
  EXPECT_EQ(submit(by_hand(), "local").value().outcome, admission::create);
}

TEST_F(Rollouts, AttachByTheCallersOwnKey) {
  EXPECT_EQ(submit(by_hand(), "local", "k").value().outcome, admission::create);
  EXPECT_EQ(submit(by_hand(), "local", "k").value().outcome, admission::attach);
  EXPECT_EQ(submit(by_hand(), "local", "other").value().outcome, admission::create);
}

TEST_F(Rollouts, TellWhoeverFollowsThatSomebodyAttached) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  EXPECT_EQ(submit(back_to(3, 2)).value().outcome, admission::attach) << "it still runs";
  wait_for(id, model::event_kind::attached);
}

TEST_F(Rollouts, RefuseAClusterThatIsNotKnown) {
  model::deployment_request r = back_to(3);
  r.release.cluster = "elsewhere";
  const auto refused = submit(r);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::not_found);
  EXPECT_EQ(refused.error().field, "release.cluster");
  EXPECT_THAT(run_on(io_, agent_->list({})).value(), IsEmpty());
}

TEST_F(Rollouts, StopWaitingWhenTheyAreCanceled) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  EXPECT_EQ(find(id).state.phase, model::phase::waiting);
  const auto canceled = run_on(io_, agent_->cancel(id, model::on_cancel::rollback, "mona", "a mistake"));
  ASSERT_TRUE(canceled) << canceled.error().message;
  EXPECT_EQ(canceled->cancel, (model::cancel_request{model::on_cancel::rollback, "mona", "a mistake"}));
  follow(id);
  EXPECT_EQ(find(id).state.reason, "CanceledByUser");
}

TEST_F(Rollouts, WithdrawACancelRequestThatIsFollowedByContinue) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  ASSERT_TRUE(run_on(io_, agent_->cancel(id, model::on_cancel::pause, "mona", "")));
  EXPECT_TRUE(find(id).cancel);
  const auto withdrawn = run_on(io_, agent_->cancel(id, model::on_cancel::proceed, "mona", ""));
  ASSERT_TRUE(withdrawn);
  EXPECT_FALSE(withdrawn->cancel);
  EXPECT_FALSE(find(id).cancel);
}

TEST_F(Rollouts, CancelNothingThatIsNotThereOrHasEnded) {
  const auto unknown = run_on(io_, agent_->cancel("nobody", std::nullopt, "mona", ""));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, errc::not_found);
  const std::string id = submitted(back_to(3));
  follow(id);
  const auto late = run_on(io_, agent_->cancel(id, std::nullopt, "mona", ""));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, errc::conflict);
  EXPECT_THAT(late.error().message, AllOf(HasSubstr("has ended already"), HasSubstr("Forbidden")));
}

TEST_F(Rollouts, DeclineWhenTheReleaseIsHeldAndNobodyWantsToWait) {
  let_somebody_hold_the_release();
  model::deployment_request r = back_to(3);
  r.policy.when_busy = model::when_busy::reject;
  const std::string id = submitted(r);
  follow(id);
  EXPECT_EQ(find(id).state.phase, model::phase::declined);
  EXPECT_EQ(find(id).state.reason, "LeaseHeld");
  EXPECT_THAT(find(id).state.message, HasSubstr("somebody"));
}

TEST_F(Rollouts, AskTheHolderToMakeWayWhenThatIsWanted) {
  let_somebody_hold_the_release();
  model::deployment_request r = back_to(3);
  r.policy.when_busy = model::when_busy::supersede;
  const std::string id = submitted(r);
  const std::string lease = "/apis/coordination.k8s.io/v1/namespaces/shop/leases/leadsman-web";
  wait_for(id, model::event_kind::waiting);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!cluster_.object(lease)["metadata"].contains("annotations") && std::chrono::steady_clock::now() < deadline) io_.run_one();
  EXPECT_EQ(cluster_.object(lease)["metadata"]["annotations"]["leadsman/superseded-by"], id);
}

TEST_F(Rollouts, GoOnWithTheNextAgentWhereTheyStood) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  restart();
  EXPECT_FALSE(model::is_final(find(id).state.phase));
  model::deployment_request same = back_to(3);
  EXPECT_EQ(submit(same).value().outcome, admission::attach);
  ASSERT_TRUE(run_on(io_, agent_->cancel(id, model::on_cancel::rollback, "mona", "")));
  const auto events = follow(id);
  EXPECT_EQ(events.back().kind, model::event_kind::finished);
  for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].seq, i + 1);
}

TEST_F(Rollouts, OneThatCannotBeTakenUpAgainKeepsNobodyFromStarting) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  restart(2);  // the key file was lost
  EXPECT_FALSE(model::is_final(find(id).state.phase));
  EXPECT_EQ(submit(by_hand(), "local").value().outcome, admission::create);
}

// Answering at once would keep whoever follows, and the agent, busy.
TEST_F(Rollouts, LetFollowersOfOneThatNobodyCarriesOnWait) {
  let_somebody_hold_the_release();
  const std::string id = submitted(back_to(3));
  wait_for(id, model::event_kind::waiting);
  restart(2);
  const uint64_t last = find(id).last_seq;
  const auto began = std::chrono::steady_clock::now();
  const auto page = run_on(io_, agent_->wait_events(id, last, 100ms));
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(page->events, IsEmpty());
  EXPECT_FALSE(page->ended);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 100ms);
}

TEST_F(Rollouts, TellFollowersOfOneThatHasEndedSoAtOnce) {
  const std::string id = submitted(back_to(3));
  const auto events = follow(id);
  const auto page = run_on(io_, agent_->wait_events(id, events.back().seq, 1h));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->ended);
  EXPECT_THAT(page->events, IsEmpty());
  const auto unknown = run_on(io_, agent_->wait_events("nobody", 0, 1h));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, errc::not_found);
}

TEST_F(Rollouts, AreCounted) {
  const std::string id = submitted(back_to(3));
  EXPECT_THAT(agent_->metrics(), HasSubstr("leadsman_deployments_running 1\n"));
  follow(id);
  for (const char* line : {"leadsman_deployments_running 0\n", "leadsman_deployments_started_total 1\n", "leadsman_deployments_ended_total{phase=\"failed\"} 1\n"}) {
    EXPECT_THAT(agent_->metrics(), HasSubstr(line));
  }
}

class RolloutsOfAChart : public Rollouts {
 protected:
  archive::packed_folder pack(const std::string& chart_yaml) {
    chart_.write("Chart.yaml", chart_yaml);
    chart_.write("values.yaml", "replicas: 1\n");
    return archive::pack_folder(chart_.path()).value();
  }
  archive::packed_folder good_chart() { return pack("apiVersion: v2\nname: web\nversion: 1.2.3\n"); }
  result<void> put(const std::string& digest, const std::string& bytes) { return run_on(io_, agent_->put_chart(digest, bytes)); }
  static model::deployment_request deploy(const std::string& digest) {
    model::deployment_request r = back_to(3);
    r.kind = model::request_kind::deploy;
    r.revision.reset();
    r.chart = {digest, "web", "1.2.3", "charts/web"};
    return r;
  }

  test::temporary_folder chart_;
};

TEST_F(RolloutsOfAChart, KeepAChartThatIsWhatItsDigestSays) {
  const auto chart = good_chart();
  EXPECT_FALSE(run_on(io_, agent_->has_chart(chart.sha256)).value());
  ASSERT_TRUE(put(chart.sha256, chart.bytes));
  EXPECT_TRUE(run_on(io_, agent_->has_chart(chart.sha256)).value());
}

TEST_F(RolloutsOfAChart, RefuseAChartUnderAnotherDigest) {
  const auto refused = put(std::string(64, 'a'), good_chart().bytes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_input);
  EXPECT_EQ(refused.error().field, "digest");
  EXPECT_THAT(refused.error().message, HasSubstr(good_chart().sha256));
  EXPECT_FALSE(run_on(io_, agent_->has_chart(std::string(64, 'a'))).value());
}

TEST_F(RolloutsOfAChart, RefuseWhatIsNoChart) {
  EXPECT_FALSE(put(std::string(64, 'a'), "no archive"));
  const auto unnamed = pack("apiVersion: v2\nversion: 1.2.3\n");
  EXPECT_FALSE(put(unnamed.sha256, unnamed.bytes));
}

TEST_F(RolloutsOfAChart, RefuseADeploymentOfAChartThatWasNotUploaded) {
  const auto refused = submit(deploy(std::string(64, 'a')));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::not_found);
  EXPECT_EQ(refused.error().field, "chart.digest");
  EXPECT_THAT(run_on(io_, agent_->list({})).value(), IsEmpty());
}

TEST_F(RolloutsOfAChart, RefuseValuesThatCannotBeRead) {
  const auto chart = good_chart();
  ASSERT_TRUE(put(chart.sha256, chart.bytes));
  model::deployment_request r = deploy(chart.sha256);
  r.values = {{"values.yaml", "a: ["}};
  const auto refused = submit(r);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_input);
  EXPECT_THAT(run_on(io_, agent_->list({})).value(), IsEmpty());
}

TEST_F(RolloutsOfAChart, LeaveNoUnpackedChartBehind) {
  const auto chart = good_chart();
  ASSERT_TRUE(put(chart.sha256, chart.bytes));
  const std::string id = submitted(deploy(chart.sha256));
  const auto events = follow(id);
  EXPECT_EQ(events.front().message, "deploy web-1.2.3 as prod/shop/web");
  EXPECT_EQ(find(id).state.reason, "Forbidden");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "run" / "charts" / id));
}

// A release with one ConfigMap that holds a password; `line` is what stands in it.
class PreviewOfAChart : public RolloutsOfAChart {
 protected:
  static json config_map(const std::string& line) {
    return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "settings"}, {"namespace", "shop"}}}, {"data", {{"line", line}}}};
  }
  static json release(int revision, const std::string& status, const std::string& password) {
    return {{"name", "web"}, {"namespace", "shop"}, {"version", revision}, {"info", {{"status", status}}}, {"config", {{"password", password}}}, {"manifest", config_map(password).dump()}};
  }
  void deploy_first(const std::string& password) {
    cluster_.put(config_map(password));
    cluster_.put({{"apiVersion", "v1"},
                  {"kind", "Secret"},
                  {"metadata", {{"name", "sh.helm.release.v1.web.v1"}, {"namespace", "shop"}, {"labels", {{"owner", "helm"}, {"name", "web"}, {"version", "1"}, {"status", "deployed"}}}}},
                  {"data", {{"release", helm::base64_encode(helm::base64_encode(helm::gzip(release(1, "deployed", password).dump())))}}}});
  }
  result<json> preview(const std::string& password) {
    const auto chart = good_chart();
    EXPECT_TRUE(put(chart.sha256, chart.bytes));
    model::deployment_request r = deploy(chart.sha256);
    r.values = {{"values.yaml", "password: " + password + "\n"}};
    return run_on(io_, agent_->plan(r));
  }
  bool left_a_chart() { return std::filesystem::exists(folder_.path() / "run" / "charts") && !std::filesystem::is_empty(folder_.path() / "run" / "charts"); }
};

TEST_F(PreviewOfAChart, ShowsWhatWouldChangeAndNoSecretOldOrNew) {
  deploy_first("old-hunter2");
  folder_.write("rendered.json", release(2, "pending-upgrade", "new-hunter2").dump());
  const auto shown = preview("new-hunter2");
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->at("changes"), json::parse(R"([{"object": "ConfigMap settings", "action": "change", "changes": [{"path": "/data/line", "from": "***", "to": "***"}]}])"));
  EXPECT_EQ(shown->at("base_revision"), 1);
  EXPECT_FALSE(left_a_chart());
}

TEST_F(PreviewOfAChart, SaysWhatHelmSaidWithoutTheSecrets) {
  folder_.write("helm", "#!/bin/sh\necho 'Error: values do not meet the schema: new-hunter2 is too short' >&2; exit 1\n");
  const auto shown = preview("new-hunter2");
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().code, errc::invalid_input);
  EXPECT_EQ(shown.error().field, "chart");
  EXPECT_THAT(shown.error().message, AllOf(HasSubstr("*** is too short"), testing::Not(HasSubstr("hunter2"))));
  EXPECT_FALSE(left_a_chart());
}

TEST_F(PreviewOfAChart, LeavesNoChartBehindWhoseDefaultsAreBroken) {
  chart_.write("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n");
  chart_.write("values.yaml", "a: [\n");
  const auto chart = archive::pack_folder(chart_.path()).value();
  ASSERT_TRUE(put(chart.sha256, chart.bytes));
  EXPECT_FALSE(run_on(io_, agent_->plan(deploy(chart.sha256))));
  EXPECT_FALSE(left_a_chart());
}

TEST_F(RolloutsOfAChart, KeepTheValuesOfADeploymentOutOfItsEventsAndOfTheDatabaseInClear) {
  const auto chart = good_chart();
  ASSERT_TRUE(put(chart.sha256, chart.bytes));
  model::deployment_request r = deploy(chart.sha256);
  r.values = {{"values.yaml", "password: hunter2-hunter2"}};
  const std::string id = submitted(r);
  for (const model::event& e : follow(id)) EXPECT_THAT(e.message + e.data, testing::Not(HasSubstr("hunter2")));
  end();
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_.path() / "state")) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find("hunter2"), std::string::npos) << file.path();
  }
  begin(1);
}

}  // namespace
}  // namespace leadsman::runner
