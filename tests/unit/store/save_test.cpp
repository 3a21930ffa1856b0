#include "async/task_group.hpp"
#include "unit/store/contract.hpp"

namespace leadsman::store {
namespace {

using testing::ElementsAre;

TEST_P(StoreContract, SavesStateStepPlanCancelTimesAndEventsTogether) {
  ASSERT_TRUE(admit(request_of(1)));
  change what = events_of({"one", "two"});
  what.state = model::state{model::phase::deploying, "R", "m", model::rollback_outcome::failed, 4, 3};
  what.step = model::step_record{.kind = model::step_kind::upgrade,
                                 .attempt = 2,
                                 .status = model::step_status::intended,
                                 .argument_digest = "d",
                                 .detail = R"({"pid":1})",
                                 .started_at = k_noon};
  what.plan = R"({"steps":[]})";
  what.cancel = model::cancel_request{model::on_cancel::pause, "jo", "lunch"};
  what.started_at = k_noon + 5s;

  model::deployment expected = find(1);
  const auto saved = save(1, what);
  ASSERT_TRUE(saved) << saved.error().message;
  ASSERT_EQ(saved->size(), 2u);
  EXPECT_EQ(saved->at(0).seq, 2u);
  EXPECT_EQ(saved->at(1).seq, 3u);
  EXPECT_EQ(saved->at(1).message, "two");
  expected.state = *what.state;
  expected.steps = {*what.step};
  expected.plan = *what.plan;
  expected.cancel = what.cancel;
  expected.started_at = what.started_at;
  expected.last_seq = 3;
  EXPECT_EQ(find(1), expected);
  reopen();
  EXPECT_EQ(find(1), expected);
  EXPECT_THAT(messages(1), ElementsAre("1 created", "2 one", "3 two"));
}

TEST_P(StoreContract, LeavesAloneWhatAChangeDoesNotMention) {
  ASSERT_TRUE(admit(request_of(1)));
  change first;
  first.state = model::state{.phase = model::phase::analyzing, .revision = 2};
  first.plan = "{}";
  first.cancel = model::cancel_request{.by = "jo"};
  ASSERT_TRUE(save(1, first));
  const model::deployment before = find(1);
  ASSERT_TRUE(save(1, change{}));
  EXPECT_EQ(find(1), before);
}

TEST_P(StoreContract, ReplacesAStepInItsPlaceAndKeepsTheOrderOfBeginning) {
  ASSERT_TRUE(admit(request_of(1)));
  const auto put = [&](model::step_kind kind, int attempt, model::step_status status) {
    change what;
    what.step = model::step_record{.kind = kind, .attempt = attempt, .status = status};
    ASSERT_TRUE(save(1, what));
  };
  put(model::step_kind::upgrade, 1, model::step_status::intended);
  put(model::step_kind::acquire, 1, model::step_status::intended);
  put(model::step_kind::upgrade, 2, model::step_status::intended);
  put(model::step_kind::upgrade, 1, model::step_status::failed);
  const auto steps = find(1).steps;
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].kind, model::step_kind::upgrade);
  EXPECT_EQ(steps[0].status, model::step_status::failed);
  EXPECT_EQ(steps[1].kind, model::step_kind::acquire);
  EXPECT_EQ(steps[2].attempt, 2);
  EXPECT_EQ(steps[2].status, model::step_status::intended);
}

TEST_P(StoreContract, KeepsThePromotionThatWasAskedForUntilItWasHeard) {
  ASSERT_TRUE(admit(request_of(1)));
  change asked;
  asked.promote = model::promotion{model::promotion_target::weight, 50, "jo"};
  asked.step = model::step_record{.kind = model::step_kind::shift, .weight = 10};
  ASSERT_TRUE(save(1, asked));
  reopen();
  EXPECT_EQ(find(1).promote, asked.promote);
  EXPECT_EQ(find(1).steps.back().weight, 10);
  ASSERT_TRUE(save(1, change{}));
  EXPECT_EQ(find(1).promote, asked.promote);
  change heard;
  heard.clear_promote = true;
  ASSERT_TRUE(save(1, heard));
  EXPECT_EQ(find(1).promote, std::nullopt);
}

TEST_P(StoreContract, NeverChangesAPlan) {
  ASSERT_TRUE(admit(request_of(1)));
  change first;
  first.plan = R"({"n":1})";
  ASSERT_TRUE(save(1, first));
  change second = events_of({"lost"});
  second.plan = R"({"n":2})";
  second.state = model::state{.phase = model::phase::deploying};
  EXPECT_EQ(save(1, second).error().code, errc::internal);
  EXPECT_EQ(find(1).plan, R"({"n":1})");
  EXPECT_EQ(find(1).state.phase, model::phase::pending) << "the rest of the refused change was saved";
  EXPECT_THAT(messages(1), ElementsAre("1 created"));
}

TEST_P(StoreContract, ForgetsACancelRequestThatIsCleared) {
  ASSERT_TRUE(admit(request_of(1)));
  change ask;
  ask.cancel = model::cancel_request{.by = "jo"};
  ASSERT_TRUE(save(1, ask));
  change clear;
  clear.clear_cancel = true;
  ASSERT_TRUE(save(1, clear));
  EXPECT_EQ(find(1).cancel, std::nullopt);
}

TEST_P(StoreContract, RefusesEveryChangeOfWhatHasFinished) {
  for (const auto& [word, phase] : model::k_phase) {
    if (!model::is_final(phase)) continue;
    const int number = static_cast<int>(phase);
    ASSERT_TRUE(admit(request_of(number))) << word;
    ASSERT_TRUE(save(number, ending(phase))) << word;
    const model::deployment before = find(number);
    change again;
    again.state = model::state{.phase = model::phase::deploying};
    EXPECT_EQ(save(number, again).error().code, errc::conflict) << word;
    EXPECT_EQ(save(number, ending(model::phase::succeeded)).error().code, errc::conflict) << word;
    EXPECT_EQ(save(number, events_of({"late"})).error().code, errc::conflict) << word;
    EXPECT_EQ(save(number, change{}).error().code, errc::conflict) << word;
    EXPECT_EQ(find(number), before) << word;
  }
}

TEST_P(StoreContract, WantsTheEndAndItsTimeTogether) {
  ASSERT_TRUE(admit(request_of(1)));
  change end_without_time = ending(model::phase::failed);
  end_without_time.finished_at.reset();
  EXPECT_EQ(save(1, end_without_time).error().code, errc::internal);
  change time_without_end;
  time_without_end.finished_at = k_noon;
  EXPECT_EQ(save(1, time_without_end).error().code, errc::internal);
  EXPECT_EQ(find(1).state.phase, model::phase::pending);
}

TEST_P(StoreContract, NumbersEventsWithoutGapsWhenSavesOfManyInterleave) {
  ASSERT_TRUE(admit(request_of(1)));
  ASSERT_TRUE(admit(request_of(2)));
  asio::io_context io;
  spawn(io.get_executor(), "savers", [&]() -> task<void> {
    task_group savers(io.get_executor());
    for (int saver = 0; saver < 8; ++saver) {
      savers.spawn("saver", [&, saver]() -> task<void> {
        for (int i = 0; i < 10; ++i) {
          auto saving = store_->save(id_of(1 + saver % 2), events_of({"a", fmt::format("{} {}", saver, i)}));
          const auto saved = co_await std::move(saving);
          EXPECT_TRUE(saved && saved->size() == 2 && saved->at(1).seq == saved->at(0).seq + 1);
        }
      });
    }
    co_await savers.join();
  });
  io.run();
  for (const int number : {1, 2}) {
    const auto events = await(store_->events(id_of(number), 0, 1000)).value();
    ASSERT_EQ(events.size(), 81u);
    for (size_t i = 0; i < events.size(); ++i) ASSERT_EQ(events[i].seq, i + 1);
    EXPECT_EQ(find(number).last_seq, 81u);
  }
}

TEST_P(StoreContract, TellsEverySaveThatIsDoneAlsoToCallersThatAreCanceledMeanwhile) {
  ASSERT_TRUE(admit(request_of(1)));
  size_t told = 0;
  asio::io_context io;
  spawn(io.get_executor(), "canceler", [&]() -> task<void> {
    task_group savers(io.get_executor());
    for (int i = 0; i < 50; ++i) {
      savers.spawn("saver", [&, i]() -> task<void> {
        change what = events_of({std::to_string(i)});
        what.state = model::state{.phase = model::phase::deploying, .message = std::to_string(i)};
        auto saving = store_->save(id_of(1), what);
        const auto saved = co_await std::move(saving);
        if (saved) ++told;
      });
    }
    co_await sleep_for(1ms);
    savers.cancel();
    co_await savers.join();
  });
  io.run();
  ASSERT_TRUE(save(1, events_of({"last"})));
  const model::deployment d = find(1);
  const auto events = await(store_->events(id_of(1), 0, 1000)).value();
  ASSERT_EQ(events.size(), d.last_seq);
  EXPECT_EQ(events.size(), told + 2) << "created, what was saved, last";
  for (size_t i = 0; i < events.size(); ++i) ASSERT_EQ(events[i].seq, i + 1);
  EXPECT_EQ(events.back().message, "last");
  EXPECT_EQ(d.state.message, events.size() > 2 ? events[events.size() - 2].message : "");
}

TEST_P(StoreContract, KnowsEveryWordOfTheModel) {
  ASSERT_TRUE(admit(request_of(1)));
  for (const auto& [word, kind] : model::k_event_kind) {
    change what;
    what.events = {event_of("x", kind)};
    EXPECT_TRUE(save(1, what)) << word;
    EXPECT_EQ(await(store_->events(id_of(1), find(1).last_seq - 1, 1))->at(0).kind, kind) << word;
  }
  for (const auto& [word, kind] : model::k_step_kind) {
    for (const auto& [status_word, status] : model::k_step_status) {
      change what;
      what.step = model::step_record{.kind = kind, .status = status};
      EXPECT_TRUE(save(1, what)) << word << " " << status_word;
      EXPECT_EQ(find(1).steps.back(), *what.step) << word << " " << status_word;
    }
  }
  for (const auto& [word, mode] : model::k_on_cancel) {
    change what;
    what.cancel = model::cancel_request{.mode = mode};
    EXPECT_TRUE(save(1, what)) << word;
    EXPECT_EQ(find(1).cancel, what.cancel) << word;
  }
  for (const auto& [word, phase] : model::k_phase) {
    const int number = 100 + static_cast<int>(phase);
    ASSERT_TRUE(admit(request_of(number)));
    change what = ending(phase);
    if (!model::is_final(phase)) what.finished_at.reset();
    EXPECT_TRUE(save(number, what)) << word;
    EXPECT_EQ(find(number).state, what.state) << word;
  }
  new_deployment by_hand = request_of(200);
  by_hand.deployment.kind = model::request_kind::rollback;
  EXPECT_TRUE(admit(by_hand));
  EXPECT_EQ(find(200).kind, model::request_kind::rollback);
}

TEST_P(StoreContract, RefusesAnEventWhoseDataIsNoJson) {
  ASSERT_TRUE(admit(request_of(1)));
  change what = events_of({"good", "bad"});
  what.events[1].data = "{";
  EXPECT_EQ(save(1, what).error().code, errc::internal);
  EXPECT_THAT(messages(1), ElementsAre("1 created"));
}

}  // namespace
}  // namespace leadsman::store
