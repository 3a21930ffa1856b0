#include "capacity/admission.hpp"

#include <gtest/gtest.h>

namespace leadsman::capacity {
namespace {

using kube::json;

struct admission_case {
  const char* name;
  const char* node_spec;
  const char* labels;
  const char* pod_spec;
  bool admitted;
};

class Admission : public testing::TestWithParam<admission_case> {};

TEST_P(Admission, IsWhatTheSchedulerDecides) {
  const admission_case& c = GetParam();
  const json node{{"metadata", {{"name", "n1"}, {"labels", json::parse(c.labels)}}}, {"spec", json::parse(c.node_spec)}};
  EXPECT_EQ(admits(node, json::parse(c.pod_spec)), c.admitted);
}

constexpr const char* k_gpu = R"({"taints": [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]})";

// A required node affinity with one requirement.
#define LEADSMAN_REQUIRES(requirement) \
  R"({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [)" requirement R"(]}]}}}})"

INSTANTIATE_TEST_SUITE_P(
    Nodes, Admission,
    testing::Values(
        admission_case{"WithNothingAgainstIt", "{}", "{}", "{}", true},
        admission_case{"Cordoned", R"({"unschedulable": true})", "{}", "{}", false},
        admission_case{"Tainted", k_gpu, "{}", "{}", false},
        admission_case{"ThatWouldRatherNot", R"({"taints": [{"key": "old", "effect": "PreferNoSchedule"}]})", "{}", "{}", true},
        admission_case{"ToleratedByValue", k_gpu, "{}", R"({"tolerations": [{"key": "gpu", "value": "yes"}]})", true},
        admission_case{"ToleratedWithAnotherValue", k_gpu, "{}", R"({"tolerations": [{"key": "gpu", "value": "no"}]})", false},
        admission_case{"ToleratedByKey", k_gpu, "{}", R"({"tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}]})", true},
        admission_case{"ToleratedForAnotherEffect", k_gpu, "{}", R"({"tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoExecute"}]})", false},
        admission_case{"ToleratedWithAllOthers", k_gpu, "{}", R"({"tolerations": [{"operator": "Exists"}]})", true},
        admission_case{"WithOneOfTwoTaintsTolerated", R"({"taints": [{"key": "a", "effect": "NoSchedule"}, {"key": "b", "effect": "NoExecute"}]})", "{}",
                       R"({"tolerations": [{"key": "a", "operator": "Exists"}]})", false},
        admission_case{"Selected", "{}", R"({"disk": "ssd"})", R"({"nodeSelector": {"disk": "ssd"}})", true},
        admission_case{"SelectedByAnotherValue", "{}", R"({"disk": "hdd"})", R"({"nodeSelector": {"disk": "ssd"}})", false},
        admission_case{"SelectedByALabelThatItLacks", "{}", "{}", R"({"nodeSelector": {"disk": ""}})", false},
        admission_case{"AmongTheRequired", "{}", R"({"zone": "b"})", LEADSMAN_REQUIRES(R"({"key": "zone", "operator": "In", "values": ["a", "b"]})"), true},
        admission_case{"NotAmongTheRequired", "{}", R"({"zone": "c"})", LEADSMAN_REQUIRES(R"({"key": "zone", "operator": "In", "values": ["a", "b"]})"), false},
        admission_case{"ThatIsExcluded", "{}", R"({"zone": "a"})", LEADSMAN_REQUIRES(R"({"key": "zone", "operator": "NotIn", "values": ["a"]})"), false},
        admission_case{"ThatLacksWhatIsExcluded", "{}", "{}", LEADSMAN_REQUIRES(R"({"key": "zone", "operator": "NotIn", "values": ["a"]})"), true},
        admission_case{"WithTheLabel", "{}", R"({"zone": "a"})", LEADSMAN_REQUIRES(R"({"key": "zone", "operator": "Exists"})"), true},
        admission_case{"WithALabelThatMustNotBe", "{}", R"({"zone": "a"})", LEADSMAN_REQUIRES(R"({"key": "zone", "operator": "DoesNotExist"})"), false},
        admission_case{"WithMore", "{}", R"({"cores": "8"})", LEADSMAN_REQUIRES(R"({"key": "cores", "operator": "Gt", "values": ["4"]})"), true},
        admission_case{"WithNoMore", "{}", R"({"cores": "4"})", LEADSMAN_REQUIRES(R"({"key": "cores", "operator": "Gt", "values": ["4"]})"), false},
        admission_case{"WithLess", "{}", R"({"cores": "2"})", LEADSMAN_REQUIRES(R"({"key": "cores", "operator": "Lt", "values": ["4"]})"), true},
        admission_case{"OfThatName", "{}", "{}",
                       R"({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                         {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n2"]}]},
                         {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]}}}})",
                       true}),
    [](const testing::TestParamInfo<admission_case>& one) { return one.param.name; });

#undef LEADSMAN_REQUIRES

}  // namespace
}  // namespace leadsman::capacity
