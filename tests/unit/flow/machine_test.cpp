#include "flow/machine.hpp"

#include <gtest/gtest.h>

#include "flow/admission.hpp"

namespace leadsman::flow {
namespace {

using model::phase;
using model::step_kind;
using model::step_record;
using model::step_status;

step_record step(step_kind kind, outcome came, std::string_view reason = "", std::string_view message = "") {
  step_record s;
  s.kind = kind;
  s.outcome = model::word_of(k_outcome, came);
  s.status = came == outcome::done || came == outcome::no_change ? step_status::done : step_status::failed;
  s.reason = reason;
  s.message = message;
  return s;
}

struct story {
  situation now;
  std::vector<step_record> steps;

  decision next_after(std::vector<step_record> so_far) {
    steps = std::move(so_far);
    now.steps = steps;
    return next(now);
  }
};

const std::vector<step_record> k_upgraded{step(step_kind::acquire, outcome::done), step(step_kind::look, outcome::done),
                                          step(step_kind::preflight, outcome::done),
                                          step(step_kind::upgrade, outcome::done)};

std::vector<step_record> upgraded_and(std::initializer_list<step_record> more) {
  std::vector<step_record> steps = k_upgraded;
  steps.insert(steps.end(), more);
  return steps;
}

perform first(step_kind kind) { return {kind, 1, false, std::nullopt}; }

TEST(RollingFlow, GoesForwardStepByStep) {
  story s;
  EXPECT_EQ(s.next_after({}), decision(first(step_kind::acquire)));
  EXPECT_EQ(s.next_after({step(step_kind::acquire, outcome::done)}), decision(first(step_kind::look)));
  EXPECT_EQ(s.next_after(k_upgraded), decision(first(step_kind::test)));
  EXPECT_EQ(s.next_after(upgraded_and({step(step_kind::test, outcome::done)})), decision(first(step_kind::record)));
  const decision last = s.next_after(upgraded_and({step(step_kind::test, outcome::done), step(step_kind::record, outcome::done)}));
  EXPECT_EQ(std::get<end>(last).phase, phase::succeeded);
  EXPECT_EQ(std::get<end>(last).reason, "Deployed");
}

TEST(RollingFlow, ResumesAnIntendedStep) {
  story s;
  step_record intended = step(step_kind::upgrade, outcome::done);
  intended.status = step_status::intended;
  intended.attempt = 2;
  EXPECT_EQ(s.next_after({intended}), decision(perform{step_kind::upgrade, 2, true, std::nullopt}));
}

TEST(RollingFlow, EveryOutcomeOfEveryStepIsDecided) {
  const model::canary canary;
  for (const auto& [name, kind] : model::k_step_kind) {
    for (const outcome came : outcomes_of(kind)) {
      story s;
      s.now.way_back = 1;
      s.now.canary = &canary;
      const decision decided = s.next_after({step(step_kind::upgrade, outcome::failed, "NotReady", "web is not ready"), step(kind, came, "Why", "because")});
      if (const end* e = std::get_if<end>(&decided)) {
        EXPECT_NE(e->reason, model::reason::k_internal) << name << " " << model::word_of(k_outcome, came);
      }
    }
  }
}

TEST(RollingFlow, MeasuresTheReleaseAfterItsTests) {
  story s;
  s.now.measures_release = true;
  s.now.way_back = 7;
  const auto tested = upgraded_and({step(step_kind::test, outcome::done)});
  EXPECT_EQ(s.next_after(tested), decision(first(step_kind::analyze)));
  auto good = tested;
  good.push_back(step(step_kind::analyze, outcome::done));
  EXPECT_EQ(s.next_after(good), decision(first(step_kind::record)));
  auto bad = tested;
  bad.push_back(step(step_kind::analyze, outcome::failed, "MetricsFailed", "http-p99 is 2 s"));
  EXPECT_EQ(s.next_after(bad), decision(first(step_kind::evidence)));
  bad.push_back(step(step_kind::evidence, outcome::done));
  EXPECT_EQ(s.next_after(bad), decision(first(step_kind::rollback)));
  bad.push_back(step(step_kind::rollback, outcome::done));
  bad.push_back(step(step_kind::prove, outcome::done));
  bad.push_back(step(step_kind::record, outcome::done));
  const end e = std::get<end>(s.next_after(bad));
  EXPECT_EQ(e.phase, phase::rolled_back);
  EXPECT_EQ(e.reason, "MetricsFailed");
}

TEST(RollingFlow, MeasuresAReleaseWithoutTests) {
  story s;
  s.now.measures_release = true;
  s.now.policy.tests = model::tests::skip;
  EXPECT_EQ(s.next_after(k_upgraded), decision(first(step_kind::analyze)));
  s.now.policy.tests = model::tests::allow_missing;
  EXPECT_EQ(s.next_after(upgraded_and({step(step_kind::test, outcome::missing)})), decision(first(step_kind::analyze)));
  s.now.policy.tests = model::tests::require;
  EXPECT_EQ(s.next_after(upgraded_and({step(step_kind::test, outcome::missing)})), decision(first(step_kind::evidence)));
}

TEST(RollingFlow, AFirstInstallationWhoseNumbersAreBadIsRemoved) {
  story s;
  s.now.measures_release = true;
  s.now.first_installation = true;
  const auto bad = upgraded_and({step(step_kind::test, outcome::done), step(step_kind::analyze, outcome::failed, "MetricsFailed", "bad"), step(step_kind::evidence, outcome::done)});
  EXPECT_EQ(s.next_after(bad), decision(first(step_kind::uninstall)));
}

TEST(RollingFlow, HearsACancelAfterMeasuring) {
  story s;
  s.now.measures_release = true;
  s.now.way_back = 7;
  s.now.cancel = model::cancel_request{model::on_cancel::rollback, "ann", "wrong"};
  EXPECT_EQ(s.next_after(upgraded_and({step(step_kind::test, outcome::done), step(step_kind::analyze, outcome::done)})), decision(first(step_kind::rollback)));
}

TEST(RollingFlow, AnUnknownOutcomeIsADefectAndEndsTheDeployment) {
  story s;
  const decision decided = s.next_after({step(step_kind::record, outcome::held)});
  EXPECT_EQ(std::get<end>(decided).reason, model::reason::k_internal);
  EXPECT_EQ(std::get<end>(decided).phase, phase::failed);
}

TEST(RollingFlow, RollsBackToTheVerifiedRevisionWhenATestFails) {
  story s;
  s.now.way_back = 7;
  const auto failed = upgraded_and({step(step_kind::test, outcome::failed, "TestsFailed", "test web failed")});
  EXPECT_EQ(s.next_after(failed), decision(first(step_kind::evidence)));
  auto more = failed;
  more.push_back(step(step_kind::evidence, outcome::done));
  EXPECT_EQ(s.next_after(more), decision(first(step_kind::rollback)));
  more.push_back(step(step_kind::rollback, outcome::done));
  EXPECT_EQ(s.next_after(more), decision(first(step_kind::prove)));
  more.push_back(step(step_kind::prove, outcome::done));
  more.push_back(step(step_kind::record, outcome::done));
  const end e = std::get<end>(s.next_after(more));
  EXPECT_EQ(e.phase, phase::rolled_back);
  EXPECT_EQ(e.reason, "TestsFailed");
  EXPECT_EQ(e.rollback, model::rollback_outcome::succeeded);
}

TEST(RollingFlow, AFailedProofIsTheLoudestEnd) {
  story s;
  s.now.way_back = 7;
  const end e = std::get<end>(s.next_after(upgraded_and(
      {step(step_kind::test, outcome::failed, "TestsFailed", "test web failed"), step(step_kind::evidence, outcome::done),
       step(step_kind::rollback, outcome::done), step(step_kind::prove, outcome::failed, "ProofFailed", "no endpoints"),
       step(step_kind::evidence, outcome::done)})));
  EXPECT_EQ(e.phase, phase::failed);
  EXPECT_EQ(e.reason, "ProofFailed");
  EXPECT_EQ(e.message, "test web failed; and the way back failed: no endpoints");
  EXPECT_EQ(e.rollback, model::rollback_outcome::failed);
}

struct failure_case {
  const char* name;
  bool first_installation;
  std::optional<int> way_back;
  model::on_failure on_failure;
  model::on_first_failure on_first;
  std::variant<step_kind, phase> then;
};

TEST(RollingFlow, WhatFollowsAFailureIsTheUsersChoice) {
  using model::on_failure;
  using model::on_first_failure;
  const failure_case cases[]{
      {"rollback", false, 3, on_failure::rollback, on_first_failure::uninstall, step_kind::rollback},
      {"keep", false, 3, on_failure::keep, on_first_failure::uninstall, phase::kept},
      {"no way back", false, std::nullopt, on_failure::rollback, on_first_failure::uninstall, phase::failed},
      {"first removed", true, std::nullopt, on_failure::rollback, on_first_failure::uninstall, step_kind::uninstall},
      {"first kept", true, std::nullopt, on_failure::rollback, on_first_failure::keep, phase::kept},
  };
  for (const failure_case& c : cases) {
    story s;
    s.now.first_installation = c.first_installation;
    s.now.way_back = c.way_back;
    s.now.policy.on_failure = c.on_failure;
    s.now.policy.on_first_failure = c.on_first;
    const decision decided = s.next_after({step(step_kind::upgrade, outcome::failed, "NotReady", "web is not ready"),
                                           step(step_kind::evidence, outcome::done)});
    if (const phase* expected = std::get_if<phase>(&c.then)) {
      ASSERT_TRUE(std::holds_alternative<end>(decided)) << c.name;
      EXPECT_EQ(std::get<end>(decided).phase, *expected) << c.name;
      EXPECT_EQ(std::get<end>(decided).reason, "NotReady") << c.name;
    } else {
      EXPECT_EQ(decided, decision(first(std::get<step_kind>(c.then)))) << c.name;
    }
  }
}

TEST(RollingFlow, MissingTestsMeanWhatTheUserSaid) {
  story s;
  step_record missing = step(step_kind::test, outcome::missing, "TestsMissing");
  s.now.policy.tests = model::tests::require;
  EXPECT_EQ(s.next_after(upgraded_and({missing})), decision(first(step_kind::evidence)));
  s.now.policy.tests = model::tests::allow_missing;
  EXPECT_EQ(s.next_after(upgraded_and({missing})), decision(first(step_kind::record)));
  s.now.policy.tests = model::tests::skip;
  EXPECT_EQ(s.next_after(k_upgraded), decision(first(step_kind::record)));
}

TEST(RollingFlow, CancelBeforeTheUpgradeChangesNothing) {
  story s;
  s.now.cancel = model::cancel_request{model::on_cancel::rollback, "job 1", ""};
  const end e = std::get<end>(s.next_after({step(step_kind::acquire, outcome::done)}));
  EXPECT_EQ(e.phase, phase::canceled);
}

TEST(RollingFlow, CancelAfterTheUpgradeGoesBackEvenWhenFailuresAreKept) {
  story s;
  s.now.way_back = 2;
  s.now.policy.on_failure = model::on_failure::keep;
  s.now.cancel = model::cancel_request{model::on_cancel::rollback, "job 1", "the runner was stopped"};
  EXPECT_EQ(s.next_after(k_upgraded), decision(first(step_kind::rollback)));
  const end e = std::get<end>(s.next_after(upgraded_and(
      {step(step_kind::rollback, outcome::done), step(step_kind::prove, outcome::done), step(step_kind::record, outcome::done)})));
  EXPECT_EQ(e.phase, phase::rolled_back);
  EXPECT_EQ(e.reason, "CanceledByUser");
  EXPECT_EQ(e.message, "canceled by job 1: the runner was stopped");
}

TEST(RollingFlow, PauseStopsAtTheNextBoundaryAndContinueGoesOn) {
  story s;
  s.now.cancel = model::cancel_request{model::on_cancel::pause, "job 1", ""};
  EXPECT_EQ(s.next_after(k_upgraded), decision(pause{}));
  s.now.cancel->mode = model::on_cancel::proceed;
  EXPECT_EQ(s.next_after(k_upgraded), decision(first(step_kind::test)));
}

TEST(RollingFlow, CancelIsNotHeardOnTheWayBackNorAfterTheRecord) {
  story s;
  s.now.way_back = 2;
  s.now.superseded = true;
  s.now.cancel = model::cancel_request{model::on_cancel::pause, "job 1", ""};
  EXPECT_EQ(s.next_after({step(step_kind::upgrade, outcome::failed), step(step_kind::evidence, outcome::done)}),
            decision(first(step_kind::rollback)));
  EXPECT_EQ(std::get<end>(s.next_after(upgraded_and({step(step_kind::test, outcome::done), step(step_kind::record, outcome::done)}))).phase,
            phase::succeeded);
}

TEST(RollingFlow, ANewerDeploymentTakesOver) {
  story s;
  s.now.superseded = true;
  EXPECT_EQ(std::get<end>(s.next_after(k_upgraded)).phase, phase::superseded);
}

TEST(RollingFlow, ARollbackByHandIsProvedAndEntered) {
  story s;
  s.now.kind = model::request_kind::rollback;
  s.now.way_back = 3;
  const auto looked = {step(step_kind::acquire, outcome::done), step(step_kind::look, outcome::done)};
  EXPECT_EQ(s.next_after(looked), decision(first(step_kind::rollback)));
  const end e = std::get<end>(s.next_after({step(step_kind::rollback, outcome::done), step(step_kind::prove, outcome::done), step(step_kind::record, outcome::done)}));
  EXPECT_EQ(e.phase, phase::succeeded);
  EXPECT_EQ(e.reason, "RolledBackByHand");
}

model::deployment known(phase at, int run_attempt, std::string_view digest) {
  model::deployment d;
  d.state.phase = at;
  d.origin.run_attempt = run_attempt;
  d.request_digest = digest;
  return d;
}

TEST(Admission, FollowsTheRulesOfReRuns) {
  using model::admission;
  struct admission_case {
    const char* name;
    std::optional<model::deployment> newest;
    int run_attempt;
    admission expected;
  };
  const admission_case cases[]{
      {"first", std::nullopt, 1, admission::create},
      {"still running", known(phase::deploying, 1, "a"), 2, admission::attach},
      {"ended well", known(phase::succeeded, 1, "a"), 2, admission::attach},
      {"rolled back, re-run", known(phase::rolled_back, 1, "a"), 2, admission::create},
      {"rolled back, same attempt", known(phase::rolled_back, 1, "a"), 1, admission::attach},
      {"other content, running", known(phase::deploying, 1, "b"), 2, admission::conflict},
      {"other content, same attempt", known(phase::succeeded, 1, "b"), 1, admission::conflict},
      {"other content, re-run after its end", known(phase::succeeded, 1, "b"), 2, admission::create},
  };
  for (const auto& c : cases) EXPECT_EQ(assess_admission(c.newest, "a", c.run_attempt), c.expected) << c.name;
}

TEST(Retry, IsOfWhatEndedBadly) {
  for (const auto& [word, phase] : model::k_phase) {
    const bool ended_badly = model::is_final(phase) && phase != model::phase::succeeded;
    model::deployment d;
    d.state.phase = phase;
    EXPECT_EQ(why_no_retry(d).has_value(), !ended_badly) << word;
  }
}

TEST(Retry, IsMadeOnce) {
  model::deployment failed, again;
  failed.id = "d1";
  again.id = "d2";
  EXPECT_EQ(assess_retry(failed, "d1"), model::admission::create);
  EXPECT_EQ(assess_retry(again, "d1"), model::admission::attach) << "the newest of its key is not the one to be retried: somebody did it already";
}

}  // namespace
}  // namespace leadsman::flow
