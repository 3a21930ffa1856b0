#include <gtest/gtest.h>

#include <map>

#include "flow/machine.hpp"

namespace leadsman::flow {
namespace {

using model::phase;
using model::request_kind;
using model::step_kind;
using model::step_record;
using model::step_status;

model::canary_step step_at(int weight) {
  model::canary_step s;
  s.weight = weight;
  s.pause = std::chrono::milliseconds(0);
  s.gates = {model::helm_test_gate{}};
  return s;
}

// How a step ends that is told by its name; a weight is one that was adopted.
struct ending {
  outcome how = outcome::done;
  std::optional<int> weight{};
};

// A deployment with a canary of its own (steps 5 and 25) that leaves it, or with one that another has left at 25 %.
struct deployment {
  situation now;
  model::canary canary{};
  std::vector<step_record> steps{};
  std::map<std::string, ending> endings{};
  std::map<std::string, model::on_cancel> cancels{};  // arrive while the step of that name is at work

  deployment() {
    canary.steps = {step_at(5), step_at(25)};
    canary.at_end = model::canary_end::keep;
    now.way_back = 7;
  }

  static deployment after_another(request_kind kind) {
    deployment d;
    d.now.kind = kind;
    d.now.left_weight = 25;
    return d;
  }

  static std::string name_of(const perform& next) {
    const std::string kind(model::word_of(model::k_step_kind, next.step));
    return next.weight ? kind + ":" + std::to_string(*next.weight) : kind;
  }

  void take(const perform& next, const std::string& name) {
    const ending how = endings.contains(name) ? endings[name] : ending{};
    step_record s;
    s.kind = next.step;
    s.attempt = next.attempt;
    s.weight = how.weight ? how.weight : next.weight;
    s.outcome = model::word_of(k_outcome, how.how);
    const bool bad = how.how == outcome::failed || how.how == outcome::untouched;
    s.status = bad ? step_status::failed : step_status::done;
    if (bad) s.reason = "Why";
    s.message = name;
    steps.push_back(s);
    if (cancels.contains(name)) now.cancel = model::cancel_request{cancels[name], "ann", ""};
  }

  // The names of the steps after look, and how it ended. Before each step the agent may have died: the step that was intended
  // is taken up again, whatever it is.
  std::string go(bool with_canary = true) {
    std::string way;
    now.canary = with_canary ? &canary : nullptr;
    for (int i = 0; i < 60; ++i) {
      now.steps = steps;
      const decision decided = next(now);
      if (const end* e = std::get_if<end>(&decided)) return way + "→ " + std::string(model::word_of(model::k_phase, e->phase)) + " " + e->reason;
      if (std::holds_alternative<pause>(decided)) return way + "→ pause";
      const perform step = std::get<perform>(decided);
      const std::string name = name_of(step);
      if (steps.size() >= 2) way += name + " ";
      expect_taken_up_again(step);
      take(step, name);
    }
    return way + "…";
  }

  void expect_taken_up_again(const perform& step) {
    std::vector<step_record> killed = steps;
    step_record intended;
    intended.kind = step.step;
    intended.attempt = step.attempt;
    intended.weight = step.weight;
    killed.push_back(intended);
    situation after = now;
    after.steps = killed;
    perform again = step;
    again.resumed = true;
    EXPECT_EQ(next(after), decision(again)) << name_of(step);
  }

  end last() {
    now.steps = steps;
    return std::get<end>(next(now));
  }
};

const std::string k_to_25 = "preflight start_canary shift:5 test_canary:5 shift:25 test_canary:25 ";

TEST(KeptCanary, BothAreKeptAtTheLastWeightAndThatIsASuccess) {
  deployment d;
  EXPECT_EQ(d.go(), k_to_25 + "→ succeeded KeptBoth");
  EXPECT_EQ(d.last().message, "both are kept: the canary gets 25 % of the traffic and stable the rest, until somebody promotes or removes it");
  EXPECT_TRUE(d.last().leaves_canary);
  EXPECT_EQ(d.last().rollback, model::rollback_outcome::none);
}

TEST(KeptCanary, AFailureOnTheWayThereLeadsHomeAsEver) {
  deployment d;
  d.endings["test_canary:25"] = {outcome::failed};
  EXPECT_EQ(d.go(), k_to_25 + "home evidence remove_canary prove → rolled_back Why");
  EXPECT_FALSE(d.last().leaves_canary);
}

TEST(KeptCanary, APauseOrAnAbortIsHeardBeforeBothAreKept) {
  deployment paused;
  paused.cancels["test_canary:25"] = model::on_cancel::pause;
  EXPECT_EQ(paused.go(), k_to_25 + "→ pause");
  deployment aborted;
  aborted.cancels["test_canary:25"] = model::on_cancel::rollback;
  EXPECT_EQ(aborted.go(), k_to_25 + "home remove_canary prove → rolled_back CanceledByUser");
}

TEST(KeptCanary, AllTheWayByHandMeansStableToo) {
  deployment d;
  d.canary.steps[1].pause = std::nullopt;
  d.endings["hold:25"] = {outcome::promoted_fully};
  EXPECT_EQ(d.go(), k_to_25 + "hold:25 upgrade test home remove_canary record → succeeded Deployed");
}

TEST(LeftAsItIs, ACanaryStaysAtTheWeightThatItHas) {
  deployment d;
  d.cancels["test_canary:5"] = model::on_cancel::leave;
  EXPECT_EQ(d.go(), "preflight start_canary shift:5 test_canary:5 → canceled CanceledByUser");
  EXPECT_EQ(d.last().message, "canceled by ann; left as it is: the canary gets 5 % of the traffic, stable the rest");
  EXPECT_TRUE(d.last().leaves_canary);
}

TEST(LeftAsItIs, ACanaryWithoutTrafficIsSaid) {
  deployment d;
  d.cancels["start_canary"] = model::on_cancel::leave;
  EXPECT_EQ(d.go(), "preflight start_canary → canceled CanceledByUser");
  EXPECT_EQ(d.last().message, "canceled by ann; left as it is: the canary is there, without traffic");
}

TEST(LeftAsItIs, AShiftThatWasStoppedBeforeItsWeightWasSetDoesNotCount) {
  deployment d;
  d.cancels["shift:25"] = model::on_cancel::leave;
  d.go();
  d.steps.back().reason = model::reason::k_canceled_by_user;
  EXPECT_EQ(d.last().message, "canceled by ann; left as it is: the canary gets 5 % of the traffic, stable the rest");
}

TEST(LeftAsItIs, AnUpgradeIsLetEndAndIsSaidToBeUnverified) {
  deployment d;
  d.canary.at_end = model::canary_end::promote;
  d.cancels["upgrade"] = model::on_cancel::leave;
  EXPECT_EQ(d.go(), k_to_25 + "upgrade → canceled CanceledByUser");
  EXPECT_EQ(d.last().message, "canceled by ann; left as it is: the release was upgraded, and is not verified; the canary gets 25 % of the traffic, stable the rest");
  deployment rolling;
  rolling.cancels["upgrade"] = model::on_cancel::leave;
  EXPECT_EQ(rolling.go(false), "preflight upgrade → canceled CanceledByUser");
  EXPECT_FALSE(rolling.last().leaves_canary);
}

TEST(LeftAsItIs, NothingWasChangedBeforeTheFirstChange) {
  deployment d;
  d.cancels["preflight"] = model::on_cancel::leave;
  EXPECT_EQ(d.go(), "preflight → canceled CanceledByUser");
  EXPECT_EQ(d.last().message, "canceled by ann; nothing was changed");
}

TEST(LeftAsItIs, AWayBackThatHasBegunIsFinished) {
  deployment d;
  d.endings["test_canary:5"] = {outcome::failed};
  d.cancels["home"] = model::on_cancel::leave;
  EXPECT_EQ(d.go(), "preflight start_canary shift:5 test_canary:5 home evidence remove_canary prove → rolled_back Why");
}

TEST(AdoptedWeight, IsGoneOnFromWithItsGatesAndTheNextHigherWeight) {
  for (const std::string seen_by : {"test_canary:5", "hold:5"}) {
    deployment d;
    d.canary.steps = {step_at(5), step_at(25), step_at(50)};
    if (seen_by == "hold:5") d.canary.steps[0].pause = std::nullopt;
    d.endings[seen_by] = {outcome::adopted, 30};
    const std::string until = seen_by == "hold:5" ? "test_canary:5 hold:5 " : "test_canary:5 ";
    EXPECT_EQ(d.go(), "preflight start_canary shift:5 " + until + "shift:30 test_canary:30 shift:50 test_canary:50 → succeeded KeptBoth");
  }
}

TEST(AdoptedWeight, MayBeALowerOne) {
  deployment d;
  d.endings["test_canary:25"] = {outcome::adopted, 3};
  EXPECT_TRUE(d.go().starts_with(k_to_25 + "shift:3 test_canary:3 shift:5 test_canary:5 shift:25 "));
}

TEST(AdoptedWeight, IsWhatIsLeftWhenItIsToBeLeft) {
  deployment d;
  d.endings["test_canary:5"] = {outcome::adopted, 80};
  d.cancels["test_canary:5"] = model::on_cancel::leave;
  EXPECT_EQ(d.go(), "preflight start_canary shift:5 test_canary:5 → canceled CanceledByUser");
  EXPECT_EQ(d.last().message, "canceled by ann; left as it is: the canary gets 80 % of the traffic, stable the rest");
}

TEST(LeftCanary, IsTakenAwayBeforeAnythingElseIsMade) {
  auto canary = deployment::after_another(request_kind::deploy);
  EXPECT_EQ(canary.go(), "preflight clear_canary start_canary shift:5 test_canary:5 shift:25 test_canary:25 → succeeded KeptBoth");
  auto rolling = deployment::after_another(request_kind::deploy);
  EXPECT_EQ(rolling.go(false), "preflight clear_canary upgrade test record → succeeded Deployed");
  auto rollback = deployment::after_another(request_kind::rollback);
  EXPECT_EQ(rollback.go(false), "clear_canary rollback prove record → succeeded RolledBackByHand");
  EXPECT_EQ(rollback.last().message, "record; the canary that an earlier deployment had left was removed");
}

TEST(LeftCanary, ServesUntilAStableThatIsNotWellWasBroughtBack) {
  auto d = deployment::after_another(request_kind::rollback);
  d.now.clears_last = true;
  EXPECT_EQ(d.go(false), "rollback prove clear_canary record → succeeded RolledBackByHand");
}

TEST(LeftCanary, IsRemovedByHandAndStableIsProved) {
  auto d = deployment::after_another(request_kind::abort);
  EXPECT_EQ(d.go(), "clear_canary prove → succeeded CanaryRemoved");
  EXPECT_EQ(d.last().message, "all traffic is at stable, which serves as before; the canary was removed");
}

TEST(LeftCanary, ARemovalThatFailsIsAWayBackThatFailed) {
  for (const std::string failing : {"clear_canary", "prove"}) {
    auto d = deployment::after_another(request_kind::abort);
    d.endings[failing] = {outcome::failed};
    EXPECT_EQ(d.go(), failing == "prove" ? "clear_canary prove evidence → failed Why" : "clear_canary → failed Why");
    EXPECT_EQ(d.last().rollback, model::rollback_outcome::failed);
  }
}

TEST(LeftCanary, ThatCannotBeTakenAwayStopsWhatCameAfterIt) {
  auto d = deployment::after_another(request_kind::deploy);
  d.endings["clear_canary"] = {outcome::failed};
  EXPECT_EQ(d.go(), "preflight clear_canary → failed Why");
  EXPECT_EQ(d.last().rollback, model::rollback_outcome::none);
}

TEST(LeftCanary, IsPromotedAsOnesOwn) {
  auto d = deployment::after_another(request_kind::promote);
  EXPECT_EQ(d.go(), "preflight upgrade test home remove_canary record → succeeded Deployed");
}

TEST(LeftCanary, StaysWhereItIsWhenItsPromotionFails) {
  for (const std::string failing : {"upgrade", "test"}) {
    auto d = deployment::after_another(request_kind::promote);
    d.endings[failing] = {outcome::failed};
    EXPECT_EQ(d.go(), std::string("preflight upgrade ") + (failing == "test" ? "test " : "") + "evidence rollback prove record → rolled_back Why");
    EXPECT_EQ(d.last().message, failing + "; the canary that an earlier deployment has left still gets 25 % of the traffic");
  }
}

TEST(LeftCanary, ACancelOfItsPromotionBeforeTheUpgradeChangesNothing) {
  auto d = deployment::after_another(request_kind::promote);
  d.cancels["preflight"] = model::on_cancel::rollback;
  EXPECT_EQ(d.go(), "preflight → canceled CanceledByUser");
  EXPECT_EQ(d.last().message, "canceled by ann; nothing was changed; the canary that an earlier deployment has left still gets 25 % of the traffic");
}

TEST(LeftCanary, TrafficThatCannotBeBroughtHomeAfterItsPromotionIsSaid) {
  auto d = deployment::after_another(request_kind::promote);
  d.endings["home"] = {outcome::failed};
  EXPECT_EQ(d.go(), "preflight upgrade test home → failed Why");
  EXPECT_EQ(d.last().message, "stable was upgraded and is verified, but traffic could not be brought home: home; the canary is still there, and the last weight that Leadsman set is 25 %");
}

TEST(LeftCanary, ACancelAfterItWasTakenAwaySaysSo) {
  auto d = deployment::after_another(request_kind::deploy);
  d.cancels["clear_canary"] = model::on_cancel::rollback;
  EXPECT_EQ(d.go(false), "preflight clear_canary → canceled CanceledByUser");
  EXPECT_EQ(d.last().message, "canceled by ann; nothing was changed but that the canary of an earlier deployment was removed");
}

TEST(LeftCanary, TellsInWhichPhaseItIs) {
  auto promotion = deployment::after_another(request_kind::promote);
  EXPECT_EQ(phase_of(promotion.now, step_kind::upgrade), phase::promoting);
  auto removal = deployment::after_another(request_kind::abort);
  EXPECT_EQ(phase_of(removal.now, step_kind::clear_canary), phase::rolling_back);
  auto next_one = deployment::after_another(request_kind::deploy);
  EXPECT_EQ(phase_of(next_one.now, step_kind::clear_canary), phase::deploying);
}

}  // namespace
}  // namespace leadsman::flow
