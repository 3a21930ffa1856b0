#include "runner/left_revision.hpp"

#include <gtest/gtest.h>

namespace leadsman::runner {
namespace {

using helm::release_status;

struct left_case {
  const char* name;
  int revision;
  release_status status;
  const char* deployment;  // its label; empty: none
  const char* description;
  left_revision left;
};

void PrintTo(const left_case& c, std::ostream* out) { *out << c.name; }

class LeftRevision : public testing::TestWithParam<left_case> {};

// An upgrade of deployment d-2 was begun when revision 7 was the newest, and its agent died.
TEST_P(LeftRevision, TellsWhatBecameOfTheUpgrade) {
  helm::release newest;
  newest.revision = GetParam().revision;
  newest.status = GetParam().status;
  newest.description = GetParam().description;
  if (const std::string label = GetParam().deployment; !label.empty()) newest.labels["leadsman/deployment"] = label;
  EXPECT_EQ(assess_left(newest, "d-2", 7), GetParam().left);
}

INSTANTIATE_TEST_SUITE_P(
    Upgrade, LeftRevision,
    testing::Values(left_case{"NothingNew", 7, release_status::deployed, "d-1", "", left_revision::nothing},
                    left_case{"NothingNewThoughTheLabelIsOurs", 7, release_status::deployed, "d-2", "", left_revision::nothing},
                    left_case{"TheReleaseIsGone", 0, release_status::unknown, "", "", left_revision::nothing},
                    left_case{"Deployed", 8, release_status::deployed, "d-2", "Upgrade complete", left_revision::deployed},
                    left_case{"DeployedAfterAFailedOne", 9, release_status::deployed, "d-2", "Upgrade complete", left_revision::deployed},
                    left_case{"PendingUpgrade", 8, release_status::pending_upgrade, "d-2", "Preparing upgrade", left_revision::interrupted},
                    left_case{"PendingInstallation", 8, release_status::pending_install, "d-2", "Initial install underway", left_revision::interrupted},
                    left_case{"Failed", 8, release_status::failed, "d-2", "Upgrade \"web\" failed: timed out waiting for the condition", left_revision::failed},
                    left_case{"FailedBecauseItWasEnded", 8, release_status::failed, "d-2", "Upgrade \"web\" failed: context canceled", left_revision::interrupted},
                    left_case{"FailedBecauseAnAgentThatDiedThenMarkedItSo", 8, release_status::failed, "d-2", k_helm_has_died.data(), left_revision::interrupted},
                    left_case{"SupersededMeanwhile", 8, release_status::superseded, "d-2", "Upgrade complete", left_revision::failed},
                    left_case{"MadeByAnotherDeployment", 8, release_status::deployed, "d-3", "Upgrade complete", left_revision::nothing},
                    left_case{"MadeByHand", 8, release_status::pending_upgrade, "", "Preparing upgrade", left_revision::nothing}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace leadsman::runner
