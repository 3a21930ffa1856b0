#include "runner/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "runner/id.hpp"
#include "store/sqlite/open.hpp"
#include "support/scripted_server.hpp"
#include "support/temporary_folder.hpp"
#include "support/unused_store.hpp"

namespace leadsman::runner {
namespace {

using namespace std::chrono_literals;
using leadsman::test::run_until_done;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A store that cannot save the next few times, as a full disk would; then as the one behind it.
class failing_store final : public test::unused_store {
 public:
  explicit failing_store(leadsman::store::store& behind) : behind_(behind) {}

  int failures = 0;  // still to come
  errc code = errc::unavailable;
  int asked = 0;
  std::function<void()> on_failure = [] {};

  task<result<std::vector<model::event>>> save(std::string id, leadsman::store::change what) override {
    ++asked;
    if (failures > 0) {
      --failures;
      on_failure();
      co_return fail(code, "the disk is full");
    }
    auto saving = behind_.save(std::move(id), std::move(what));
    co_return co_await std::move(saving);
  }

 private:
  leadsman::store::store& behind_;
};

class Journal : public testing::Test {
 protected:
  void SetUp() override {
    store::new_deployment wished;
    wished.deployment.id = k_id;
    wished.deployment.release = {"dev", "shop", "web"};
    wished.deployment.idempotency_key = "key";
    wished.deployment.created_at = leadsman::now();
    wished.sealed_request = "sealed";
    wished.first_event = [](const model::deployment&) { return make_event(model::event_kind::created, "created"); };
    const store::decide_admission always = [](const std::optional<model::deployment>&) { return model::admission::create; };
    const auto admitted = run(store_->admit(wished, always));
    ASSERT_TRUE(admitted) << admitted.error().message;
    log_.emplace(saving_, audience_, admitted->deployment);
  }

  template <class T>
  T run(task<T> work) {
    std::optional<T> came;
    run_until_done(io_, [&]() -> task<void> { came = co_await std::move(work); });
    return std::move(*came);
  }

  result<void> save(store::change what) { return run(log_->save(std::move(what))); }
  result<void> tell(std::string message, json data = nullptr) { return run(log_->tell(model::event_kind::warning, std::move(message), std::move(data))); }
  model::deployment saved() { return run(store_->find(k_id)).value().value(); }
  std::vector<std::string> saved_messages() {
    std::vector<std::string> found;
    const auto events = run(store_->events(k_id, 0, 100)).value();
    for (const model::event& e : events) found.push_back(e.message);
    return found;
  }

  static store::change ending() {
    store::change what;
    what.state = model::state{.phase = model::phase::succeeded};
    what.finished_at = leadsman::now();
    what.events.push_back(make_event(model::event_kind::finished, "ended"));
    return what;
  }

  static constexpr const char* k_id = "01940000-0000-7000-8000-000000000001";
  test::temporary_folder folder_;
  asio::io_context io_;
  std::unique_ptr<store::store> store_ = store::open_sqlite(folder_.path()).value();
  failing_store saving_{*store_};
  followers audience_{io_.get_executor()};
  std::optional<journal> log_;
};

TEST_F(Journal, TellsItsFollowersWhatItSavedUnderItsNumber) {
  ASSERT_TRUE(tell("hello"));
  EXPECT_THAT(saved_messages(), ElementsAre("created", "hello"));
  const auto told = audience_.recent(k_id, 1)->events;
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].message, "hello");
  EXPECT_EQ(told[0].seq, 2u);
  EXPECT_EQ(log_->now().last_seq, 2u);
}

TEST_F(Journal, KnowsWhatIsSaved) {
  store::change what;
  what.state = model::state{.phase = model::phase::deploying, .revision = 3};
  what.plan = R"({"schema":1})";
  what.cancel = model::cancel_request{model::on_cancel::pause, "mona", "lunch"};
  what.started_at = wall_time(1'795'262'400'000ms);
  what.step = model::step_record{.kind = model::step_kind::upgrade, .attempt = 1};
  ASSERT_TRUE(save(what));
  EXPECT_EQ(log_->now(), saved());

  store::change more;
  more.clear_cancel = true;
  more.step = model::step_record{.kind = model::step_kind::upgrade, .attempt = 1, .status = model::step_status::failed, .outcome = "failed"};
  ASSERT_TRUE(save(more));
  store::change again;
  again.step = model::step_record{.kind = model::step_kind::upgrade, .attempt = 2};
  ASSERT_TRUE(save(again));
  ASSERT_TRUE(save(ending()));
  EXPECT_EQ(log_->now(), saved());
  ASSERT_EQ(log_->now().steps.size(), 2u);
  EXPECT_EQ(log_->now().steps[0].outcome, "failed");
  EXPECT_FALSE(log_->now().cancel);
}

TEST_F(Journal, HidesSecretsInEverythingThatPeopleRead) {
  log_->hide(redactor({"hunter2"}));
  store::change what;
  what.events.push_back(make_event(model::event_kind::log, "said hunter2", {{"lines", {"hunter2"}}}));
  what.state = model::state{.phase = model::phase::deploying, .message = "state hunter2"};
  what.step = model::step_record{.kind = model::step_kind::upgrade, .message = "step hunter2"};
  ASSERT_TRUE(save(what));
  const model::deployment d = saved();
  EXPECT_EQ(d.state.message, "state ***");
  EXPECT_EQ(d.steps.at(0).message, "step ***");
  EXPECT_EQ(log_->now(), d);
  const model::event told = audience_.recent(k_id, 1)->events.at(0);
  EXPECT_EQ(told.message, "said ***");
  EXPECT_EQ(json::parse(told.data), json({{"lines", {"***"}}}));
  EXPECT_EQ(run(store_->events(k_id, 1, 10)).value().at(0), told);
}

TEST_F(Journal, EventsStayReadableWithAPasswordThatIsAWordOfOurs) {
  log_->hide(redactor({"test", "true"}));
  ASSERT_TRUE(tell("test: done", {{"step", "test"}, {"ok", true}}));
  EXPECT_EQ(json::parse(audience_.recent(k_id, 1)->events.at(0).data, nullptr, false), json({{"step", "test"}, {"ok", true}}));
}

TEST_F(Journal, RefusesToGoOnAfterTheEnd) {
  ASSERT_TRUE(save(ending()));
  const auto late = tell("late");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, errc::conflict);
  EXPECT_THAT(saved_messages(), ElementsAre("created", "ended"));
  EXPECT_EQ(saving_.asked, 2) << "asked again for what will never be";
}

TEST_F(Journal, TriesAgainUntilTheDiskHasSpace) {
  saving_.failures = 2;
  saving_.on_failure = [this] { EXPECT_THAT(audience_.recent(k_id, 1)->events, IsEmpty()) << "told before it was saved"; };
  ASSERT_TRUE(tell("hello"));
  EXPECT_EQ(saving_.asked, 3);
  EXPECT_THAT(saved_messages(), ElementsAre("created", testing::StartsWith("waited "), "hello"));
  EXPECT_EQ(audience_.recent(k_id, 1)->events.size(), 2u);
}

TEST_F(Journal, StaysAsItWasWhileItCannotSave) {
  saving_.failures = 1;
  saving_.on_failure = [this] { EXPECT_EQ(log_->now().state.phase, model::phase::pending); };
  store::change what;
  what.state = model::state{.phase = model::phase::deploying};
  ASSERT_TRUE(save(what));
  EXPECT_EQ(log_->now().state.phase, model::phase::deploying);
}

TEST_F(Journal, GivesUpWhenItIsTold) {
  saving_.failures = 100;
  saving_.on_failure = [this] { log_->give_up(); };
  const auto saved = tell("hello");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, errc::unavailable);
  EXPECT_EQ(saving_.asked, 1);
  EXPECT_THAT(audience_.recent(k_id, 1)->events, IsEmpty());
}

TEST_F(Journal, SavesAfterItWasToldToGiveUpAsLongAsItCan) {
  log_->give_up();
  EXPECT_TRUE(tell("hello"));
  EXPECT_THAT(saved_messages(), ElementsAre("created", "hello"));
}

TEST_F(Journal, ADefectOfTheStoreIsNotTriedAgain) {
  saving_.failures = 1;
  saving_.code = errc::internal;
  const auto saved = tell("hello");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, errc::internal);
  EXPECT_EQ(saving_.asked, 1);
}

TEST(MakeEvent, CarriesItsDataAsJsonAndTheTime) {
  const wall_time before = now();
  const model::event e = make_event(model::event_kind::proof, "proved", {{"ok", true}});
  EXPECT_EQ(e.kind, model::event_kind::proof);
  EXPECT_EQ(e.message, "proved");
  EXPECT_EQ(e.data, R"({"ok":true})");
  EXPECT_GE(e.at, before);
  EXPECT_LE(e.at, now());
  EXPECT_EQ(make_event(model::event_kind::warning, "x").data, "");
}

TEST(MakeEvent, TakesBytesThatAreNoUtf8) {
  const model::event e = make_event(model::event_kind::log, "x", {{"lines", {"\xff\xfe"}}});
  EXPECT_FALSE(json::parse(e.data, nullptr, false).is_discarded());
}

}  // namespace
}  // namespace leadsman::runner
