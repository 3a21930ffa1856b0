#include "runner/reach_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::runner {
namespace {

using testing::HasSubstr;

const reach_limits k_limits{{{"shop-*"}, false},
                            "shop",
                            {{"v1 ConfigMap", object_scope::of_a_namespace},
                             {"rbac.authorization.k8s.io/v1 ClusterRole", object_scope::of_the_cluster},
                             {"example.com/v1 Widget", object_scope::unknown}}};

TEST(ReachGate, LimitsComeBackAsTheyWere) {
  const std::string text = dump_limits(k_limits);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto back = parse_limits(text);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, k_limits);
}

TEST(ReachGate, LimitsThatAreNoneLetNothingPass) {
  for (const char* text : {"", "{", "[]", "{}", R"({"reach":{},"namespace":"shop"})", R"({"reach":{},"namespace":"shop","scopes":{"v1 A":"x"}})",
                           R"({"reach":{"namespaces":7},"namespace":"shop","scopes":{}})", R"({"reach":{},"namespace":"shop","scopes":{},"more":1})"}) {
    EXPECT_FALSE(parse_limits(text)) << text;
  }
}

struct gate_case {
  const char* name;
  const char* manifest;
  const char* refused;  // empty: passes
};

void PrintTo(const gate_case& c, std::ostream* out) { *out << c.name; }

class ReachGate : public testing::TestWithParam<gate_case> {};

TEST_P(ReachGate, PassesWhatIsWithinTheLimits) {
  const auto held = hold_manifest(GetParam().manifest, k_limits);
  EXPECT_EQ(held.has_value(), std::string(GetParam().refused).empty());
  EXPECT_THAT(held ? "" : held.error().message, HasSubstr(GetParam().refused));
}

INSTANTIATE_TEST_SUITE_P(
    Manifest, ReachGate,
    testing::Values(gate_case{"Nothing", "", ""}, gate_case{"Own", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", ""},
                    gate_case{"OwnHookThatTheServerNames", "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}\n", ""},
                    gate_case{"Granted", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop-7}\n", ""},
                    gate_case{"Elsewhere", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: pay}\n", "ConfigMap pay/a"},
                    gate_case{"ElsewhereBehindOneThatIsFine", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: pay}\n", "ConfigMap pay/b"},
                    gate_case{"ElsewhereInAList", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: pay}}]\n", "ConfigMap pay/a"},
                    gate_case{"ElsewhereInAListByAnotherName", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: pay}}]\n", "ConfigMap pay/a"},
                    gate_case{"ElsewhereByAMerge", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, <<: {namespace: pay}}\n", "ConfigMap pay/a"},
                    gate_case{"AMergeInDisguise", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, !!merge <<: {namespace: pay}}\n", "a key must be plain text"},
                    gate_case{"AMergeInAnotherDisguise", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, ! \"<<\": {namespace: pay}}\n", "a key must be plain text"},
                    gate_case{"ElsewhereByAnAliasOfTheWord", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {a: &n namespace}, *n : pay}\n", "ConfigMap pay/a"},
                    gate_case{"ElsewhereByTheSecondOfTwoMetadata", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nmetadata: {name: a, namespace: pay}\n", "ConfigMap pay/a"},
                    gate_case{"OfTheCluster", "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\n", "ClusterRole a (of the whole cluster)"},
                    gate_case{"OfAnUnknownScope", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n", "Widget a (of the whole cluster)"},
                    gate_case{"OfAKindThatWasNotThereBefore", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", "the chart had no Secret of v1 when it was checked"},
                    gate_case{"WithLineEndsThatReadersDisagreeAbout", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a #\xE2\x80\xA8  namespace: pay\n", "line ends"},
                    gate_case{"NoYaml", "a: [", "not valid YAML"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace leadsman::runner
