#include "runner/reach.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace leadsman::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto k_in_a_namespace = object_scope::of_a_namespace;
constexpr auto k_in_the_cluster = object_scope::of_the_cluster;
constexpr auto k_nobody_knows = object_scope::unknown;

const model::reach k_own_only{};
const model::reach k_team{{"shop", "shop-*"}, false};
const model::reach k_team_and_cluster{{"shop"}, true};
const model::reach k_everywhere_but_cluster{{"*"}, false};

struct reach_case {
  const char* name;
  placed_object object;
  model::reach allowed;
  bool within;
};

void PrintTo(const reach_case& c, std::ostream* out) { *out << c.name; }

class Reach : public testing::TestWithParam<reach_case> {};

TEST_P(Reach, HoldsAnObjectOrNot) {
  const std::vector<placed_object> objects{GetParam().object};
  const auto why = why_out_of_reach(objects, GetParam().allowed, "shop");
  EXPECT_EQ(!why, GetParam().within) << why.value_or("within");
}

INSTANTIATE_TEST_SUITE_P(
    Objects, Reach,
    testing::Values(reach_case{"NamesNoNamespace", {"ConfigMap", "a", "", k_in_a_namespace}, k_team, true},
                    reach_case{"NamesTheReleasesOwn", {"ConfigMap", "a", "shop", k_in_a_namespace}, k_team, true},
                    reach_case{"NamesOneThatAGlobHolds", {"ConfigMap", "a", "shop-7", k_in_a_namespace}, k_team, true},
                    reach_case{"NamesAnother", {"ConfigMap", "a", "pay", k_in_a_namespace}, k_team, false},
                    reach_case{"NamesAnotherThatBeginsAlike", {"ConfigMap", "a", "shopping", k_in_a_namespace}, k_team, false},
                    reach_case{"IsOfTheCluster", {"ClusterRole", "a", "", k_in_the_cluster}, k_team, false},
                    reach_case{"IsOfTheClusterAndPretendsANamespace", {"ClusterRole", "a", "shop", k_in_the_cluster}, k_team, false},
                    reach_case{"IsOfTheClusterWhereThatIsGranted", {"ClusterRole", "a", "", k_in_the_cluster}, k_team_and_cluster, true},
                    reach_case{"IsInAnotherWhereOnlyTheClusterIsGranted", {"ConfigMap", "a", "pay", k_in_a_namespace}, k_team_and_cluster, false},
                    reach_case{"IsUnknownAndNamesNoNamespace", {"Widget", "a", "", k_nobody_knows}, k_team, false},
                    reach_case{"IsUnknownAndNamesTheReleasesOwn", {"Widget", "a", "shop", k_nobody_knows}, k_team, true},
                    reach_case{"IsUnknownAndNamesAnother", {"Widget", "a", "pay", k_nobody_knows}, k_team, false},
                    reach_case{"IsUnknownAndTheClusterIsGranted", {"Widget", "a", "", k_nobody_knows}, k_team_and_cluster, true},
                    reach_case{"IsUnknownAndNamesAnotherWhereTheClusterIsGranted", {"Widget", "a", "pay", k_nobody_knows}, k_team_and_cluster, false},
                    reach_case{"IsAnywhereForAKeyOfEveryNamespace", {"ConfigMap", "a", "kube-system", k_in_a_namespace}, k_everywhere_but_cluster, true},
                    reach_case{"IsOfTheClusterForAKeyOfEveryNamespaceOnly", {"ClusterRole", "a", "", k_in_the_cluster}, k_everywhere_but_cluster, false},
                    reach_case{"IsInTheReleasesOwnForWhoeverReachesNothingElse", {"ConfigMap", "a", "shop", k_in_a_namespace}, k_own_only, true},
                    reach_case{"IsElsewhereForWhoeverReachesNothingElse", {"ConfigMap", "a", "pay", k_in_a_namespace}, k_own_only, false},
                    reach_case{"IsAnythingForTheLocalUser", {"ClusterRole", "a", "", k_in_the_cluster}, model::unlimited_reach(), true}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(ReachSentence, NamesTheObjectsWhatTheKeyMayAndWhatToDo) {
  const std::vector<placed_object> objects{{"ConfigMap", "fine", "", k_in_a_namespace}, {"Secret", "keys", "pay", k_in_a_namespace}, {"ClusterRole", "admin", "", k_in_the_cluster}};
  EXPECT_EQ(why_out_of_reach(objects, k_team, "shop"),
            "the key that asks works in shop, shop-*, not on objects of the whole cluster, which leaves out Secret pay/keys, ClusterRole admin (of the whole "
            "cluster); nothing was changed. Take them out of the release, or widen `releases and cluster-scoped` of the key in the agent's access.keys");
}

TEST(ReachSentence, NamesOnlyTheFirstOfManyAndEachOnce) {
  std::vector<placed_object> objects;
  for (int i = 0; i < 8; ++i) objects.push_back({"ConfigMap", "c" + std::to_string(i), "pay", k_in_a_namespace});
  objects.push_back(objects.front());
  const std::string why = why_out_of_reach(objects, k_own_only, "shop").value();
  EXPECT_THAT(why, HasSubstr("ConfigMap pay/c4 and 3 more; nothing was changed"));
  EXPECT_THAT(why, Not(HasSubstr("c5")));
  EXPECT_THAT(why, HasSubstr("widen `releases` of the key"));
}

struct line_case {
  const char* name;
  const char* text;
  bool odd;
};

void PrintTo(const line_case& c, std::ostream* out) { *out << c.name; }

class LineEnds : public testing::TestWithParam<line_case> {};

// Where helm's reader begins a new line and ours reads on in a comment, an object names a namespace that we do not see.
TEST_P(LineEnds, AreThoseOfEveryYamlReaderOrNot) { EXPECT_EQ(has_odd_line_ends(GetParam().text), GetParam().odd); }

INSTANTIATE_TEST_SUITE_P(Manifest, LineEnds,
                         testing::Values(line_case{"Unix", "a: 1\n---\nb: 2\n", false}, line_case{"Windows", "a: 1\r\n---\r\nb: 2\r\n", false},
                                         line_case{"SeparatorWithComment", "a: 1\n--- # x\nb: 2", false}, line_case{"OtherLetters", "a: é …\n", false},
                                         line_case{"LoneCarriageReturn", "name: x #\r  namespace: pay\n", true},
                                         line_case{"NextLine", "name: x #\xC2\x85  namespace: pay\n", true},
                                         line_case{"LineSeparator", "name: x #\xE2\x80\xA8  namespace: pay\n", true},
                                         line_case{"ParagraphSeparator", "name: x #\xE2\x80\xA9  namespace: pay\n", true},
                                         line_case{"TextBehindASeparator", "a: \"\n---x\nkind: Secret\"\n", true}),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace leadsman::runner
