#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "document/yaml.hpp"
#include "runner/proof.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;

struct rollout_case {
  const char* name;
  const char* live;
  const char* found;
  bool ok;
};

void PrintTo(const rollout_case& c, std::ostream* out) { *out << c.name; }

class RolloutInAProof : public testing::TestWithParam<rollout_case> {
 protected:
  // "scaled" is a Deployment that an autoscaler of the manifest scales.
  static const std::vector<helm::object>& target() {
    static const auto objects = helm::split_manifest(
                                    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: s}\n"
                                    "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: scaled}}\n",
                                    "shop")
                                    .value();
    return objects;
  }
};

TEST_P(RolloutInAProof, HasToBeOver) {
  const json live = document::parse_yaml(GetParam().live, "live").value().value;
  const std::vector<json> none;
  const kube::workload_status status = kube::assess_workload(live, {none, none}, {}, wall_time{});
  const auto checks = check_rolled_out(target(), {status});
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_EQ(checks[0].what, "rollout");
  EXPECT_EQ(checks[0].expected, "over");
  EXPECT_EQ(checks[0].found, GetParam().found);
  EXPECT_EQ(checks[0].ok, GetParam().ok);
}

#define WORKLOAD(kind, name) "apiVersion: apps/v1\nkind: " kind "\nmetadata: {name: " name ", namespace: shop, generation: 4}\n"

INSTANTIATE_TEST_SUITE_P(
    Proof, RolloutInAProof,
    testing::Values(
        rollout_case{"Over", WORKLOAD("Deployment", "web") "spec: {replicas: 3}\nstatus: {observedGeneration: 4, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3}", "3 of 3 pods are available", true},
        rollout_case{"NotYetSeenByItsController", WORKLOAD("Deployment", "web") "spec: {replicas: 3}\nstatus: {observedGeneration: 3, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3}", "its controller has not seen the newest spec yet", false},
        rollout_case{"OldPodsServeInPlaceOfNewOnes", WORKLOAD("Deployment", "web") "spec: {replicas: 3}\nstatus: {observedGeneration: 4, replicas: 4, updatedReplicas: 1, readyReplicas: 3, availableReplicas: 3}", "1 of 3 pods are of the new version", false},
        rollout_case{"OldPodsBesideNewOnes", WORKLOAD("Deployment", "web") "spec: {replicas: 3}\nstatus: {observedGeneration: 4, replicas: 5, updatedReplicas: 3, readyReplicas: 5, availableReplicas: 5}", "2 old pods are still to end", false},
        rollout_case{"NewPodsThatAreNotAvailable", WORKLOAD("Deployment", "web") "spec: {replicas: 3}\nstatus: {observedGeneration: 4, replicas: 3, updatedReplicas: 3, readyReplicas: 2, availableReplicas: 2}", "2 of 3 pods are available", false},
        rollout_case{"BeingScaledUp", WORKLOAD("Deployment", "scaled") "spec: {replicas: 3}\nstatus: {observedGeneration: 4, replicas: 3, updatedReplicas: 3, readyReplicas: 2, availableReplicas: 2}", "2 of 3 pods are available", true},
        rollout_case{"BeingScaledUpFromNothing", WORKLOAD("Deployment", "scaled") "spec: {replicas: 3}\nstatus: {observedGeneration: 4, replicas: 3, updatedReplicas: 3}", "0 of 3 pods are available", false},
        rollout_case{"BeingScaledDuringItsRollout", WORKLOAD("Deployment", "scaled") "spec: {replicas: 3}\nstatus: {observedGeneration: 4, replicas: 3, updatedReplicas: 2, readyReplicas: 3, availableReplicas: 3}", "2 of 3 pods are of the new version", false},
        rollout_case{"StatefulSetOver", WORKLOAD("StatefulSet", "db") "spec: {replicas: 2}\nstatus: {observedGeneration: 4, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, currentRevision: a, updateRevision: a}", "2 of 2 pods are available", true},
        rollout_case{"StatefulSetHalfWay", WORKLOAD("StatefulSet", "db") "spec: {replicas: 2}\nstatus: {observedGeneration: 4, replicas: 2, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2, currentRevision: a, updateRevision: b}", "1 of 2 pods are of the new version", false},
        rollout_case{"DaemonSetOver", WORKLOAD("DaemonSet", "node") "status: {observedGeneration: 4, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 2, numberAvailable: 2}", "2 of 2 pods are available", true},
        rollout_case{"DaemonSetHalfWay", WORKLOAD("DaemonSet", "node") "status: {observedGeneration: 4, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberReady: 2, numberAvailable: 2}", "1 of 2 pods are of the new version", false}),
    [](const auto& tested) { return std::string(tested.param.name); });

#undef WORKLOAD

TEST(RolloutsInAProof, OfAWorkloadThatIsGoneIsNotOver) {
  kube::workload_status gone{.kind = "Deployment", .name_space = "shop", .name = "web"};
  gone.reason = "NotFound";
  gone.message = "does not exist";
  EXPECT_FALSE(all_ok(check_rolled_out({}, {gone})));
}

}  // namespace
}  // namespace leadsman::runner
