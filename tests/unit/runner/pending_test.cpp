#include "runner/pending.hpp"

#include <gtest/gtest.h>

namespace leadsman::runner {
namespace {

struct history_case {
  const char* name;
  std::vector<plan::observed_revision> history;
  bool dead;
};

void PrintTo(const history_case& c, std::ostream* out) { *out << c.name; }

plan::observed_revision revision(int number, const char* status, const char* deployment) { return {number, status, deployment, ""}; }

class PendingRevision : public testing::TestWithParam<history_case> {};

TEST_P(PendingRevision, IsDeadWhenADeploymentOfOursMadeIt) { EXPECT_EQ(pending_is_dead(GetParam().history), GetParam().dead); }

INSTANTIATE_TEST_SUITE_P(
    Pending, PendingRevision,
    testing::Values(history_case{"NoHistory", {}, false},
                    history_case{"NothingPending", {revision(1, "deployed", "d-1")}, false},
                    history_case{"OurFirstInstallation", {revision(1, "pending-install", "d-1")}, true},
                    history_case{"OurUpgrade", {revision(1, "deployed", "d-1"), revision(2, "pending-upgrade", "d-2")}, true},
                    history_case{"OurUpgradeOfWhatOthersMade", {revision(1, "deployed", ""), revision(2, "pending-upgrade", "d-2")}, true},
                    history_case{"SomebodyElsesUpgrade", {revision(1, "deployed", ""), revision(2, "pending-upgrade", "")}, false},
                    history_case{"SomebodyElsesUpgradeThatCarriedOurLabelOver", {revision(1, "deployed", "d-1"), revision(2, "pending-upgrade", "d-1")}, false},
                    history_case{"ARollbackCarriesTheLabelOfItsTarget", {revision(1, "superseded", "d-1"), revision(2, "failed", "d-2"), revision(3, "pending-rollback", "d-1")}, false},
                    history_case{"OnlyTheNewestCounts", {revision(1, "pending-upgrade", "d-1"), revision(2, "deployed", "d-2")}, false}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace leadsman::runner
