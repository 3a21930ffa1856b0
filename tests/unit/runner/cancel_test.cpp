#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/rollouts.hpp"
#include "store/sqlite/open.hpp"
#include "support/scripted_server.hpp"
#include "support/temporary_folder.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

// An agent whose cluster does not answer, so that a deployment stays where it is; started again with another key or
// without the cluster, it cannot take that up.
class CancelAfterARestart : public testing::Test {
 protected:
  void SetUp() override { begin(1, true); }
  void TearDown() override { end(); }

  void begin(unsigned char key, bool knows_cluster) {
    sign::secret_box::key at_rest;
    at_rest.fill(key);
    known_ = std::make_unique<clusters>();
    if (knows_cluster) {
      kube::cluster_access nowhere{.context = "test", .server = net::parse_endpoint("http://127.0.0.1:1").value(), .name_space = "shop"};
      nowhere.token = "t";
      known_->add({"prod", "", "", std::make_unique<kube::client>(io_.get_executor(), nowhere)});
    }
    store_ = store::open_sqlite(folder_.path() / "state").value();
    facilities shared{io_.get_executor(), *store_, helm_, blocking_, plugins_, folder_.path() / "run", "agent-0"};
    shared.own_release = model::release_id{"prod", "leadsman", "agent"};
    agent_ = std::make_unique<rollouts>(std::move(shared), *known_, sign::secret_box(at_rest));
  }
  void end() {
    test::run_until_done(io_, [this] { return agent_->stop(); });
    agent_.reset();
    store_.reset();
  }
  void restart(unsigned char key, bool knows_cluster) {
    end();
    begin(key, knows_cluster);
    ASSERT_TRUE(run(agent_->resume()));
  }

  template <class T>
  T run(task<T> work) {
    std::optional<T> came;
    test::run_until_done(io_, [&]() -> task<void> { came = co_await std::move(work); });
    return std::move(*came);
  }

  static model::deployment_request back_to(int revision) {
    model::deployment_request r;
    r.kind = model::request_kind::rollback;
    r.release = {"prod", "shop", "web"};
    r.revision = revision;
    r.origin.repository = "acme/shop";
    r.origin.run_id = "4711";
    r.origin.run_attempt = 1;
    return r;
  }
  std::string submitted() {
    const auto admitted = run(agent_->submit(back_to(3), "key:ci", ""));
    EXPECT_TRUE(admitted) << admitted.error().message;
    return admitted->deployment.id;
  }
  result<model::deployment> cancel(const std::string& id, std::optional<model::on_cancel> mode = {}) {
    return run(agent_->cancel(id, mode, "key:ci", "no use"));
  }
  std::vector<model::event> events_of(const std::string& id) { return run(agent_->wait_events(id, 0, 0ms, {})).value().events; }

  test::temporary_folder folder_;
  asio::io_context io_;
  asio::thread_pool blocking_{1};
  plugin::host plugins_{io_.get_executor(), blocking_, {}, {}};
  helm::runner helm_{io_.get_executor(), {.program = "/bin/false", .run_dir = folder_.path() / "run"}};
  std::unique_ptr<clusters> known_;
  std::unique_ptr<store::store> store_;
  std::unique_ptr<rollouts> agent_;
};

struct lost_case {
  const char* name;
  unsigned char key;
  bool knows_cluster;
  const char* why;
};

TEST_F(CancelAfterARestart, EndsWhatCannotBeTakenUpAndSaysThatNothingWasLookedAt) {
  for (const lost_case& c : {lost_case{"the key was lost", 2, true, "another key"}, lost_case{"the cluster is not configured", 1, false, "knows no cluster 'prod'"}}) {
    SCOPED_TRACE(c.name);
    const std::string id = submitted();
    restart(c.key, c.knows_cluster);
    const auto ended = cancel(id);
    ASSERT_TRUE(ended) << ended.error().message;
    EXPECT_EQ(ended->state.phase, model::phase::canceled);
    EXPECT_EQ(ended->state.reason, "Abandoned");
    EXPECT_THAT(ended->state.message, AllOf(HasSubstr(c.why), HasSubstr("nothing was looked at in the cluster")));
    EXPECT_TRUE(ended->finished_at);
    EXPECT_EQ(events_of(id).back().kind, model::event_kind::finished);
    EXPECT_THAT(agent_->metrics(), HasSubstr("leadsman_deployments_ended_total{phase=\"canceled\"} 1\n"));
    const auto again = cancel(id);
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, AllOf(HasSubstr("has ended already"), HasSubstr("Abandoned")));
    end();
    std::filesystem::remove_all(folder_.path() / "state");
    begin(1, true);
  }
}

TEST_F(CancelAfterARestart, TellsWhoeverFollowsThatNobodyCarriesItOn) {
  const std::string id = submitted();
  restart(2, true);
  const auto events = events_of(id);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().kind, model::event_kind::warning);
  EXPECT_THAT(events.back().message, AllOf(HasSubstr("cannot carry it on"), HasSubstr("leadsman cancel " + id)));
}

TEST_F(CancelAfterARestart, DoesNotPretendThatItCouldGoOn) {
  const std::string id = submitted();
  restart(2, true);
  const auto refused = cancel(id, model::on_cancel::proceed);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("cannot go on"));
  EXPECT_FALSE(model::is_final(run(agent_->find(id)).value()->state.phase));
}

TEST_F(CancelAfterARestart, NeitherDoesAPromotion) {
  const std::string id = submitted();
  const auto promote = [&] { return run(agent_->promote(id, {model::promotion_target::next, 0, "key:ci"})); };
  restart(2, true);
  const auto refused = promote();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::conflict);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("cannot go on"), HasSubstr("another key"), HasSubstr("leadsman cancel " + id)));
  ASSERT_TRUE(cancel(id));
  const auto ended = promote();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, errc::conflict);
  EXPECT_THAT(ended.error().message, HasSubstr("has ended already: canceled (Abandoned)"));
}

TEST_F(CancelAfterARestart, APromotionOfWhatIsNotKnownYetIsAskedForAgain) {
  const std::string id = submitted();
  end();
  begin(1, true);
  const auto early = run(agent_->promote(id, {model::promotion_target::next, 0, "key:ci"}));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, errc::unavailable);
  const auto unknown = run(agent_->promote("nobody", {model::promotion_target::next, 0, "key:ci"}));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, errc::not_found);
}

TEST_F(CancelAfterARestart, ARerunOfTheJobIsNotLeftHanging) {
  const std::string id = submitted();
  restart(2, true);
  const auto attached = run(agent_->submit(back_to(3), "key:ci", ""));
  ASSERT_FALSE(attached);
  EXPECT_EQ(attached.error().code, errc::conflict);
  EXPECT_THAT(attached.error().message, HasSubstr("leadsman cancel " + id));
  ASSERT_TRUE(cancel(id));
  auto later = back_to(3);
  later.origin.run_attempt = 2;
  EXPECT_EQ(run(agent_->submit(later, "key:ci", "")).value().outcome, model::admission::create);
}

// Between the start of the server and the end of resume().
TEST_F(CancelAfterARestart, IsNotHeardBeforeItIsKnownWhetherItCanGoOn) {
  const std::string id = submitted();
  end();
  begin(1, true);
  const auto early = cancel(id);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, errc::unavailable);
  EXPECT_FALSE(model::is_final(run(agent_->find(id)).value()->state.phase));
}

// An agent that has to go while the API server does not answer leaves the step to the next one.
TEST_F(CancelAfterARestart, AStopIsNoFailureOfTheStepUnderWay) {
  const std::string id = submitted();
  ASSERT_TRUE(run(agent_->wait_events(id, 2, 10s, {})));  // it waits for the API server
  restart(1, true);
  const model::deployment now = run(agent_->find(id)).value().value();
  EXPECT_FALSE(model::is_final(now.state.phase)) << now.state.message;
  ASSERT_EQ(now.steps.size(), 1u);
  EXPECT_EQ(now.steps[0].status, model::step_status::intended) << now.steps[0].message;
}

TEST_F(CancelAfterARestart, IsHeardByOneThatWasTakenUp) {
  const std::string id = submitted();
  restart(1, true);
  const auto asked = cancel(id);
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_TRUE(asked->cancel);
}

TEST_F(CancelAfterARestart, TheAgentsOwnReleaseIsNeitherDeployedNorRolledBack) {
  for (const auto kind : {model::request_kind::deploy, model::request_kind::rollback}) {
    model::deployment_request r = back_to(3);
    r.kind = kind;
    r.release = {"prod", "leadsman", "agent"};
    const auto refused = run(agent_->submit(r, "local", ""));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::refused);
    EXPECT_EQ(refused.error().field, "release");
    EXPECT_THAT(refused.error().message, AllOf(HasSubstr("the agent's own release"), HasSubstr("helm upgrade agent CHART --namespace leadsman")));
  }
  model::deployment_request other = back_to(3);
  other.release = {"prod", "leadsman", "other"};
  EXPECT_TRUE(run(agent_->submit(other, "local", "")));
}

}  // namespace
}  // namespace leadsman::runner
