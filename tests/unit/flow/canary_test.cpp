#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "flow/machine.hpp"
#include "flow/weights.hpp"

namespace leadsman::flow {
namespace {

using model::phase;
using model::step_kind;
using model::step_record;
using model::step_status;

model::canary_step at_weight(int weight, std::optional<std::chrono::milliseconds> pause = std::chrono::milliseconds(0)) {
  model::canary_step s;
  s.weight = weight;
  s.pause = pause;
  s.gates = {model::helm_test_gate{}};
  return s;
}

// A rollout whose steps end as the test says, and well unless it says something.
struct rollout {
  situation now;
  model::canary canary{};
  std::vector<step_record> steps{};
  std::optional<wall_time> ends_at{};                    // of each step
  std::map<std::string, outcome> came{};                 // "shift:50" or "upgrade" → how it ends
  std::map<std::string, model::promotion> promotions{};  // heard by the hold of that name
  std::map<std::string, model::on_cancel> cancels{};     // arrive while the step of that name is at work

  rollout() {
    canary.steps = {at_weight(10), at_weight(100)};
    now.way_back = 7;
  }

  std::string name_of(const perform& next) const {
    const std::string kind(model::word_of(model::k_step_kind, next.step));
    return next.weight ? kind + ":" + std::to_string(*next.weight) : kind;
  }

  void take(const perform& next, const std::string& name) {
    const auto at = came.find(name);
    step_record s;
    s.kind = next.step;
    s.attempt = next.attempt;
    s.weight = next.weight;
    s.ended_at = ends_at;
    const outcome how = at == came.end() ? outcome::done : at->second;
    s.outcome = model::word_of(k_outcome, how);
    const bool bad = how == outcome::failed || how == outcome::missing || how == outcome::untouched;
    s.status = bad ? step_status::failed : step_status::done;
    if (bad) s.reason = "Why";
    s.message = name;
    if (next.step == step_kind::hold && now.promote) {
      s.outcome = model::word_of(k_outcome, now.promote->to == model::promotion_target::full ? outcome::promoted_fully : outcome::promoted);
      s.weight = now.promote->weight;
      now.promote.reset();
    }
    steps.push_back(s);
    if (const auto asked = promotions.find(name); asked != promotions.end()) now.promote = asked->second;
    if (const auto asked = cancels.find(name); asked != cancels.end()) now.cancel = model::cancel_request{asked->second, "ann", ""};
  }

  // The names of the steps after preflight, and how it ended.
  std::string go() {
    std::string way;
    now.canary = &canary;
    for (int i = 0; i < 60; ++i) {
      now.steps = steps;
      const decision decided = next(now);
      if (const end* e = std::get_if<end>(&decided)) return way + "→ " + std::string(model::word_of(model::k_phase, e->phase));
      if (std::holds_alternative<pause>(decided)) return way + "→ pause";
      const perform step = std::get<perform>(decided);
      const std::string name = name_of(step);
      if (steps.size() >= 3) way += name + " ";
      take(step, name);
    }
    return way + "…";
  }

  end last() {
    now.steps = steps;
    return std::get<end>(next(now));
  }
};

const std::string k_to_10 = "start_canary shift:10 test_canary:10 ";
const std::string k_to_100 = k_to_10 + "shift:100 test_canary:100 ";

TEST(CanaryFlow, GoesThroughItsWeightsThenUpgradesStableAndBringsTrafficHome) {
  rollout r;
  EXPECT_EQ(r.go(), k_to_100 + "upgrade test home remove_canary record → succeeded");
}

TEST(CanaryFlow, MeasuresAtEachWeightBeforeThePause) {
  rollout r;
  for (model::canary_step& s : r.canary.steps) s.gates.push_back(model::health_gate{});
  r.canary.steps[0].pause = std::chrono::milliseconds(5);
  EXPECT_EQ(r.go(), "start_canary shift:10 test_canary:10 analyze:10 hold:10 shift:100 test_canary:100 analyze:100 upgrade test home remove_canary record → succeeded");
}

TEST(CanaryFlow, TheNextWeightIsAheadWhenOnlyTestsStandBeforeIt) {
  model::canary canary;
  canary.steps = {at_weight(10), at_weight(50), at_weight(100)};
  step_record at_ten;
  at_ten.kind = step_kind::shift;
  at_ten.weight = 10;
  EXPECT_EQ(weight_ahead(canary, {{at_ten}}), 50);
  EXPECT_EQ(weight_ahead(canary, {}), std::nullopt);  // no weight yet
  step_record at_all = at_ten;
  at_all.weight = 100;
  EXPECT_EQ(weight_ahead(canary, {{at_ten, at_all}}), std::nullopt);  // none comes
  using change = std::function<void(model::canary&)>;
  const std::map<std::string, change> waits{{"a pause", [](model::canary& c) { c.steps[0].pause = std::chrono::minutes(1); }},
                                            {"somebody who promotes", [](model::canary& c) { c.steps[0].pause.reset(); }},
                                            {"its time", [](model::canary& c) { c.steps[1].after = std::chrono::minutes(1); }},
                                            {"metrics", [](model::canary& c) { c.steps[0].gates.push_back(model::health_gate{}); }}};
  for (const auto& [what, make] : waits) {
    model::canary waiting = canary;
    make(waiting);
    EXPECT_EQ(weight_ahead(waiting, {{at_ten}}), std::nullopt) << what;
  }
}

TEST(CanaryFlow, AFirstInstallationIsRolling) {
  rollout r;
  r.now.first_installation = true;
  EXPECT_EQ(r.go(), "upgrade test record → succeeded");
  rollout measured;
  measured.now.first_installation = true;
  measured.now.measures_release = true;
  EXPECT_EQ(measured.go(), "upgrade test analyze record → succeeded");
}

TEST(CanaryFlow, AFailureBeforeStableIsTouchedSendsTrafficHomeFirstThenRemovesTheCanaryThenProvesStable) {
  for (const std::string failing : {"start_canary", "shift:10", "test_canary:10"}) {
    rollout r;
    r.came[failing] = outcome::failed;
    const std::string way = k_to_10.substr(0, k_to_10.find(failing) + failing.size() + 1);
    EXPECT_EQ(r.go(), way + "home evidence remove_canary prove → rolled_back") << failing;
    EXPECT_EQ(r.last().reason, "Why");
    EXPECT_EQ(r.last().message, failing + "; all traffic is at stable and the canary was removed");
    EXPECT_EQ(r.last().rollback, model::rollback_outcome::succeeded);
  }
}

TEST(CanaryFlow, AFailedPromotionBringsStableBackAndProvesItWhileTheCanaryServes) {
  for (const std::string failing : {"upgrade", "test"}) {
    rollout r;
    r.came[failing] = outcome::failed;
    const std::string way = failing == "upgrade" ? "upgrade " : "upgrade test ";
    EXPECT_EQ(r.go(), k_to_100 + way + "evidence rollback prove home remove_canary record → rolled_back") << failing;
  }
}

TEST(CanaryFlow, TrafficStaysOnTheCanaryWhenStableCannotBeBroughtBack) {
  rollout r;
  r.came["test"] = outcome::failed;
  r.came["prove"] = outcome::failed;
  EXPECT_EQ(r.go(), k_to_100 + "upgrade test evidence rollback prove evidence → failed");
  EXPECT_EQ(r.last().rollback, model::rollback_outcome::failed);
  EXPECT_EQ(r.last().message, "test; and the way back failed: prove; the canary is still there, and the last weight that Leadsman set is 100 %");
}

TEST(CanaryFlow, ACanaryThatWasNeverMadeLeavesNothingToTakeBack) {
  rollout r;
  r.came["start_canary"] = outcome::untouched;
  EXPECT_EQ(r.go(), "start_canary → failed");
}

TEST(CanaryFlow, AnUpgradeThatLeftStableAloneStillHasACanaryToTakeAway) {
  rollout r;
  r.came["upgrade"] = outcome::untouched;
  EXPECT_EQ(r.go(), k_to_100 + "upgrade home evidence remove_canary prove → rolled_back");
}

TEST(CanaryFlow, TheCanaryIsNeverRemovedWhileTrafficMayGoToIt) {
  rollout after_abort;
  after_abort.came["test_canary:10"] = outcome::failed;
  after_abort.came["home"] = outcome::failed;
  EXPECT_EQ(after_abort.go(), k_to_10 + "home evidence → failed");
  EXPECT_EQ(after_abort.last().message, "test_canary:10; and the way back failed: home; the canary is still there, and the last weight that Leadsman set is 10 %");
  EXPECT_EQ(after_abort.last().rollback, model::rollback_outcome::failed);
  rollout after_promotion;
  after_promotion.came["home"] = outcome::failed;
  EXPECT_EQ(after_promotion.go(), k_to_100 + "upgrade test home → failed");
  EXPECT_EQ(after_promotion.last().message,
            "stable was upgraded and is verified, but traffic could not be brought home: home; the canary is still there, and the last weight that Leadsman set is 100 %");
}

TEST(CanaryFlow, ACanaryThatCannotBeRemovedIsSaidAtTheEnd) {
  rollout r;
  r.came["remove_canary"] = outcome::failed;
  EXPECT_EQ(r.go(), k_to_100 + "upgrade test home remove_canary record → succeeded");
  EXPECT_EQ(r.last().message, "record; the canary could not be removed: remove_canary");
}

TEST(CanaryFlow, AnAbortedCanaryIsKeptForALookByChoice) {
  rollout by_choice;
  by_choice.canary.when_aborted = model::aborted_canary::keep;
  by_choice.came["test_canary:10"] = outcome::failed;
  EXPECT_EQ(by_choice.go(), k_to_10 + "home evidence prove → rolled_back");
  EXPECT_EQ(by_choice.last().message, "test_canary:10; all traffic is at stable, and the canary was kept for a look");
}

TEST(CanaryFlow, AKeptPromotionFailureLeavesTrafficOnTheCanary) {
  rollout r;
  r.now.policy.on_failure = model::on_failure::keep;
  r.came["test"] = outcome::failed;
  EXPECT_EQ(r.go(), k_to_100 + "upgrade test evidence → kept");
}

TEST(CanaryFlow, MissingTestsMeanWhatTheUserSaid) {
  rollout required;
  required.came["test_canary:10"] = outcome::missing;
  EXPECT_EQ(required.go(), k_to_10 + "home evidence remove_canary prove → rolled_back");
  rollout allowed;
  allowed.now.policy.tests = model::tests::allow_missing;
  allowed.came["test_canary:10"] = outcome::missing;
  EXPECT_EQ(allowed.go(), k_to_100 + "upgrade test home remove_canary record → succeeded");
  rollout skipped;
  skipped.now.policy.tests = model::tests::skip;
  EXPECT_EQ(skipped.go(), "start_canary shift:10 shift:100 upgrade home remove_canary record → succeeded");
}

TEST(CanaryFlow, HoldsWhereAPauseIsAskedFor) {
  rollout r;
  r.canary.steps = {at_weight(10, std::chrono::minutes(2)), at_weight(50, std::nullopt), at_weight(100)};
  EXPECT_EQ(r.go(), "start_canary shift:10 test_canary:10 hold:10 shift:50 test_canary:50 hold:50 shift:100 test_canary:100 "
                    "upgrade test home remove_canary record → succeeded");
}

TEST(CanaryFlow, APromotionByHandIsHeardAfterTheGatesOfTheWeight) {
  rollout to_weight;
  to_weight.canary.steps = {at_weight(10), at_weight(20), at_weight(50), at_weight(100)};
  to_weight.promotions["shift:10"] = {model::promotion_target::weight, 40, "ann"};
  EXPECT_EQ(to_weight.go(), "start_canary shift:10 test_canary:10 hold:10 shift:40 test_canary:40 shift:50 test_canary:50 "
                            "shift:100 test_canary:100 upgrade test home remove_canary record → succeeded");
  rollout fully;
  fully.promotions["test_canary:10"] = {model::promotion_target::full, 0, "ann"};
  EXPECT_EQ(fully.go(), k_to_10 + "hold:10 upgrade test home remove_canary record → succeeded");
}

TEST(CanaryFlow, AnAbortIsHeardBetweenStepsAndLeadsHome) {
  rollout r;
  r.cancels["shift:10"] = model::on_cancel::rollback;
  EXPECT_EQ(r.go(), "start_canary shift:10 home remove_canary prove → rolled_back");
  EXPECT_EQ(r.last().reason, "CanceledByUser");
}

TEST(CanaryFlow, AnAbortDuringThePromotionBringsStableBack) {
  rollout r;
  r.cancels["upgrade"] = model::on_cancel::rollback;
  EXPECT_EQ(r.go(), k_to_100 + "upgrade rollback prove home remove_canary record → rolled_back");
}

TEST(CanaryFlow, NoRequestIsHeardOnceTrafficIsOnItsWayHome) {
  rollout r;
  r.cancels["home"] = model::on_cancel::rollback;
  EXPECT_EQ(r.go(), k_to_100 + "upgrade test home remove_canary record → succeeded");
}

TEST(CanaryFlow, ANewerDeploymentFindsNoCanaryInItsWay) {
  rollout r;
  r.steps.resize(3);
  for (step_record& s : r.steps) s.status = step_status::done, s.outcome = "done";
  r.steps[0].kind = step_kind::acquire;
  r.steps[1].kind = step_kind::look;
  r.steps[2].kind = step_kind::preflight;
  step_record started = r.steps[2];
  started.kind = step_kind::start_canary;
  r.steps.push_back(started);
  r.now.superseded = true;
  EXPECT_EQ(r.go(), "home remove_canary prove → superseded");
}

TEST(CanaryFlow, TellsInWhichPhaseItIs) {
  rollout r;
  step_record made;
  made.kind = step_kind::start_canary;
  made.outcome = "done";
  made.status = step_status::done;
  r.steps = {made};
  r.now.steps = r.steps;
  EXPECT_EQ(phase_of(r.now, step_kind::shift), phase::deploying);
  EXPECT_EQ(phase_of(r.now, step_kind::test_canary), phase::analyzing);
  EXPECT_EQ(phase_of(r.now, step_kind::hold), phase::paused);
  EXPECT_EQ(phase_of(r.now, step_kind::upgrade), phase::promoting);
  EXPECT_EQ(phase_of(r.now, step_kind::home), phase::rolling_back);
  made.kind = step_kind::upgrade;
  r.steps.push_back(made);
  r.now.steps = r.steps;
  EXPECT_EQ(phase_of(r.now, step_kind::home), phase::promoting);
}

// 10 % at once, 50 % after five minutes, stable after twenty.
model::canary by_time() {
  model::canary canary;
  canary.steps = {at_weight(10), at_weight(50)};
  canary.steps[1].after = std::chrono::minutes(5);
  canary.done_after = std::chrono::minutes(20);
  return canary;
}

step_record shifted(int weight, wall_time ended) {
  return {.kind = step_kind::shift, .weight = weight, .status = step_status::done, .outcome = "done", .ended_at = ended};
}

TEST(CanaryByTime, HoldsBeforeEachWeightAndBeforeStable) {
  rollout timed;
  timed.canary = by_time();
  timed.ends_at = wall_time(std::chrono::hours(1));
  EXPECT_EQ(timed.go(), k_to_10 + "hold:10 shift:50 test_canary:50 hold:50 upgrade test home remove_canary record → succeeded");
}

TEST(CanaryByTime, CountsFromWhenTheFirstWeightWasInEffectWhateverCameAfterIt) {
  using std::chrono::minutes;
  const model::canary canary = by_time();
  const wall_time start(std::chrono::hours(100));
  std::vector<step_record> steps;
  EXPECT_EQ(due_next(canary, steps), std::nullopt) << "nothing has begun";
  steps.push_back(shifted(10, start));
  EXPECT_EQ(due_next(canary, steps), start + minutes(5));
  steps.push_back(shifted(30, start + minutes(1)));  // promoted by hand
  EXPECT_EQ(due_next(canary, steps), start + minutes(5));
  steps.push_back(shifted(50, start + minutes(9)));
  EXPECT_EQ(due_next(canary, steps), start + minutes(20));
}

TEST(CanaryByTime, DoesNotCountWhileOnlyMatchesAreLedToIt) {
  using std::chrono::minutes;
  model::canary canary = by_time();
  canary.steps.insert(canary.steps.begin(), at_weight(0, std::nullopt));
  const wall_time start(std::chrono::hours(100));
  std::vector<step_record> steps{shifted(0, start)};
  EXPECT_EQ(due_next(canary, steps), std::nullopt) << "it waits as its own pause says";
  steps.push_back(shifted(10, start + minutes(60)));
  EXPECT_EQ(due_next(canary, steps), start + minutes(65));
}

TEST(CanaryByTime, WithoutATimeForStableItFollowsTheGatesOfTheLastWeight) {
  model::canary canary = by_time();
  canary.done_after.reset();
  const std::vector<step_record> steps{shifted(10, wall_time{}), shifted(50, wall_time{})};
  EXPECT_EQ(due_next(canary, steps), std::nullopt);
}

TEST(CanaryFlow, AWeightBeyondTheListHasTheGatesAndThePauseOfItsLastStep) {
  rollout r;
  r.canary.steps = {at_weight(10, std::nullopt)};
  r.promotions["test_canary:10"] = {model::promotion_target::weight, 40, "ann"};
  r.promotions["test_canary:40"] = {model::promotion_target::full, 0, "ann"};
  EXPECT_EQ(r.go(), k_to_10 + "hold:10 shift:40 test_canary:40 hold:40 upgrade test home remove_canary record → succeeded");
}

}  // namespace
}  // namespace leadsman::flow
