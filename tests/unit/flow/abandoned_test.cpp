#include "flow/abandoned.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::flow {
namespace {

using model::phase;
using model::step_kind;
using testing::AllOf;
using testing::HasSubstr;

struct left_case {
  const char* name;
  std::vector<std::pair<step_kind, const char*>> steps;  // with their outcome; empty: only intended
  phase ends;
  const char* state;
  model::rollback_outcome rollback = model::rollback_outcome::none;
};

void PrintTo(const left_case& c, std::ostream* out) { *out << c.name; }

class Abandoned : public testing::TestWithParam<left_case> {
 protected:
  static model::deployment left() {
    model::deployment d;
    for (const auto& [kind, came] : GetParam().steps) {
      model::step_record s;
      s.kind = kind;
      s.outcome = came;
      d.steps.push_back(s);
    }
    return d;
  }
};

TEST_P(Abandoned, EndsWithWhatTheJournalKnowsAndNoMore) {
  const end e = end_abandoned(left(), "the key was lost", {model::on_cancel::pause, "key:ci", "no use"});
  EXPECT_EQ(e.phase, GetParam().ends);
  EXPECT_EQ(e.reason, "Abandoned");
  EXPECT_EQ(e.rollback, GetParam().rollback);
  EXPECT_THAT(e.message, AllOf(HasSubstr("canceled by key:ci: no use"), HasSubstr("(the key was lost)"), HasSubstr("nothing was looked at"), HasSubstr(GetParam().state)));
}

TEST_P(Abandoned, BrokenOffItSaysTheSameOfTheCluster) {
  const end e = end_broken(left(), model::reason::k_internal, "the store is corrupt");
  EXPECT_EQ(e.phase, phase::failed);
  EXPECT_EQ(e.reason, "InternalError");
  EXPECT_EQ(e.rollback, GetParam().rollback);
  EXPECT_THAT(e.message, AllOf(HasSubstr("the store is corrupt; "), HasSubstr(GetParam().state)));
}

constexpr auto k_unproved = model::rollback_outcome::failed;
constexpr const char* k_untouched = "it had not begun to change the release";

INSTANTIATE_TEST_SUITE_P(
    Deployment, Abandoned,
    testing::Values(left_case{"BeforeItsFirstStep", {}, phase::canceled, k_untouched},
                    left_case{"WhileItWaited", {{step_kind::acquire, ""}}, phase::canceled, k_untouched},
                    left_case{"AfterTheCheck", {{step_kind::acquire, "done"}, {step_kind::look, "done"}, {step_kind::preflight, "done"}}, phase::canceled, k_untouched},
                    left_case{"AfterAHelmThatChangedNothing", {{step_kind::upgrade, "untouched"}}, phase::canceled, k_untouched},
                    left_case{"WithTheUpgradeOnlyIntended", {{step_kind::upgrade, ""}}, phase::failed, "helm upgrade had begun"},
                    left_case{"WhileItsTestsRan", {{step_kind::upgrade, "done"}, {step_kind::test, ""}}, phase::failed, "upgraded without having been verified"},
                    left_case{"OnItsWayBack", {{step_kind::upgrade, "failed"}, {step_kind::evidence, "done"}, {step_kind::rollback, ""}}, phase::failed, "its way back had begun", k_unproved},
                    left_case{"BeforeTheProof", {{step_kind::upgrade, "failed"}, {step_kind::rollback, "done"}, {step_kind::prove, ""}}, phase::failed, "or back without proof", k_unproved},
                    left_case{"WhileRemovingAFirstInstallation", {{step_kind::upgrade, "failed"}, {step_kind::uninstall, ""}}, phase::failed, "half removed", k_unproved}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace leadsman::flow
