#include "kube/readiness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "from_yaml.hpp"

namespace leadsman::kube {
namespace {

using namespace std::chrono_literals;
using test::at_time;
using test::from_yaml;
using test::k_now;
using testing::ElementsAre;
using testing::HasSubstr;
using enum workload_state;

const std::vector<json> k_none;

workload_status assess(const json& object, const std::vector<json>& pods = k_none, const std::vector<json>& sets = k_none) {
  return assess_workload(object, {pods, sets}, {}, k_now);
}

json object(const std::string& kind, const std::string& spec, const std::string& status, int generation = 2) {
  return from_yaml("{kind: " + kind + ", metadata: {name: web, namespace: shop, uid: u-web, generation: " + std::to_string(generation) + "}, spec: {" + spec + "}, status: {" + status + "}}");
}

struct row {
  const char* name;
  json object;
  workload_state expected;
  const char* reason;
};

void check(const std::vector<row>& rows) {
  for (const row& r : rows) {
    SCOPED_TRACE(r.name);
    const workload_status status = assess(r.object);
    EXPECT_EQ(to_string(status.state), to_string(r.expected)) << status.message;
    EXPECT_EQ(status.reason, r.reason);
  }
}

TEST(Readiness, Deployment) {
  const std::string seen = "observedGeneration: 2, ";
  check({
      {"no status yet", object("Deployment", "replicas: 2", ""), progressing, "NotObserved"},
      {"the controller is behind", object("Deployment", "replicas: 2", "observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2"), progressing, "NotObserved"},
      {"new pods are missing", object("Deployment", "replicas: 2", seen + "replicas: 2, updatedReplicas: 1, availableReplicas: 2"), progressing, "Updating"},
      {"old pods are left", object("Deployment", "replicas: 2", seen + "replicas: 3, updatedReplicas: 2, availableReplicas: 3"), progressing, "OldPodsRemain"},
      {"not all available", object("Deployment", "replicas: 2", seen + "replicas: 2, updatedReplicas: 2, availableReplicas: 1"), progressing, "NotAvailable"},
      {"ready", object("Deployment", "replicas: 2", seen + "replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2"), ready, "Available"},
      {"scaled to nothing", object("Deployment", "replicas: 0", "observedGeneration: 2"), ready, "Available"},
      {"replicas default to one", object("Deployment", "", seen + "replicas: 1, updatedReplicas: 1, availableReplicas: 1"), ready, "Available"},
      {"paused", object("Deployment", "paused: true, replicas: 1", seen + "replicas: 1"), progressing, "Paused"},
      {"its deadline is over", object("Deployment", "replicas: 1", seen + "updatedReplicas: 1, replicas: 1, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]"), failed, "ProgressDeadlineExceeded"},
      {"quota, a moment ago", object("Deployment", "replicas: 1", seen + "conditions: [{type: ReplicaFailure, status: 'True', reason: FailedCreate, message: quota, lastTransitionTime: '2026-11-21T10:09:55Z'}]"), progressing, "FailedCreate"},
      {"quota, lasting", object("Deployment", "replicas: 1", seen + "conditions: [{type: ReplicaFailure, status: 'True', reason: FailedCreate, message: quota, lastTransitionTime: '2026-11-21T10:09:00Z'}]"), failed, "FailedCreate"},
  });
}

TEST(Readiness, StatefulSet) {
  const std::string revisions = "currentRevision: a, updateRevision: b, ", same = "currentRevision: b, updateRevision: b, ";
  check({
      {"being updated", object("StatefulSet", "replicas: 3", "observedGeneration: 2, replicas: 3, readyReplicas: 3, updatedReplicas: 1, " + revisions), progressing, "Updating"},
      {"ready", object("StatefulSet", "replicas: 3", "observedGeneration: 2, replicas: 3, readyReplicas: 3, availableReplicas: 3, updatedReplicas: 3, " + same), ready, "Available"},
      {"one is not ready", object("StatefulSet", "replicas: 3", "observedGeneration: 2, replicas: 3, readyReplicas: 2, availableReplicas: 2, updatedReplicas: 3, " + same), progressing, "NotAvailable"},
      {"a partition keeps old pods", object("StatefulSet", "replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}", "observedGeneration: 2, replicas: 3, readyReplicas: 3, availableReplicas: 3, updatedReplicas: 1, " + revisions), ready, "Available"},
      {"OnDelete waits for nobody", object("StatefulSet", "replicas: 3, updateStrategy: {type: OnDelete}", "observedGeneration: 2, replicas: 3, readyReplicas: 3, updatedReplicas: 0, " + revisions), ready, "OnDelete"},
  });
}

TEST(Readiness, DaemonSetJobAndOthers) {
  check({
      {"daemons being updated", object("DaemonSet", "", "observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2"), progressing, "Updating"},
      {"daemons ready", object("DaemonSet", "", "observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2"), ready, "Available"},
      {"no node for a daemon", object("DaemonSet", "", "observedGeneration: 2, desiredNumberScheduled: 0"), ready, "Available"},
      {"job running", object("Job", "completions: 2", "active: 1, succeeded: 1"), progressing, "Running"},
      {"job complete", object("Job", "", "succeeded: 1, conditions: [{type: Complete, status: 'True'}]"), ready, "Complete"},
      {"job failed", object("Job", "", "conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, message: m}]"), failed, "BackoffLimitExceeded"},
      {"claim bound", object("PersistentVolumeClaim", "", "phase: Bound"), ready, "Bound"},
      {"claim pending", object("PersistentVolumeClaim", "", "phase: Pending"), progressing, "Pending"},
      {"a custom resource that is ready", object("Thing", "", "observedGeneration: 2, conditions: [{type: Ready, status: 'True', reason: Fine}]"), ready, "Fine"},
      {"a custom resource that is behind", object("Thing", "", "observedGeneration: 1, conditions: [{type: Ready, status: 'True'}]"), progressing, "NotObserved"},
      {"a custom resource that has stalled", object("Thing", "", "conditions: [{type: Stalled, status: 'True', reason: Broken}]"), failed, "Broken"},
      {"a kind without status", object("ConfigMap", "", ""), unjudged, "NotJudged"},
  });
}

json replica_set(const std::string& uid, int revision) {
  return from_yaml("{kind: ReplicaSet, metadata: {name: web-" + uid + ", uid: " + uid + ", annotations: {deployment.kubernetes.io/revision: '" + std::to_string(revision) +
                   "'}, ownerReferences: [{kind: Deployment, name: web, uid: u-web}]}}");
}

json pod_of(const std::string& name, const std::string& kind, const std::string& uid, const std::string& labels, const std::string& reason) {
  return from_yaml("{kind: Pod, metadata: {name: " + name + ", labels: {" + labels + "}, ownerReferences: [{kind: " + kind + ", name: x, uid: " + uid +
                   "}]}, status: {phase: Pending, conditions: [{type: PodScheduled, status: 'True', lastTransitionTime: '2026-11-21T10:00:00Z'}], containerStatuses: [{name: app, restartCount: 5, state: {waiting: {reason: " + reason + "}}}]}}");
}

TEST(Readiness, OnlyPodsOfTheNewestReplicaSetCount) {
  const json deployment = object("Deployment", "replicas: 1", "observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1");
  const std::vector<json> sets{replica_set("old", 9), replica_set("new", 10)};
  const std::vector<json> pods{pod_of("old-1", "ReplicaSet", "old", "", "ImagePullBackOff"), pod_of("new-1", "ReplicaSet", "new", "", "ContainerCreating"), pod_of("foreign", "ReplicaSet", "other", "", "ImagePullBackOff")};
  const workload_status status = assess(deployment, pods, sets);
  EXPECT_EQ(status.state, progressing);
  ASSERT_EQ(status.pods.size(), 1u);
  EXPECT_EQ(status.pods[0].name, "new-1");
}

TEST(Readiness, AHopelessPodOfTheNewVersionFailsItsWorkload) {
  const json deployment = object("Deployment", "replicas: 1", "observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1");
  const workload_status status = assess(deployment, {pod_of("new-1", "ReplicaSet", "new", "", "ImagePullBackOff")}, {replica_set("new", 10)});
  EXPECT_EQ(status.state, failed);
  EXPECT_EQ(status.reason, "ImagePullBackOff");
  EXPECT_THAT(status.message, HasSubstr("pod new-1"));
}

TEST(Readiness, BeforeTheControllerHasSeenTheSpecNoPodIsNew) {
  const json deployment = object("Deployment", "replicas: 1", "observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 0");
  EXPECT_TRUE(assess(deployment, {pod_of("old-1", "ReplicaSet", "old", "", "ImagePullBackOff")}, {replica_set("old", 1)}).pods.empty());
}

TEST(Readiness, AnEvictedPodThatWasReplacedDoesNotFailItsWorkload) {
  const json set = object("ReplicaSet", "replicas: 2", "observedGeneration: 2, replicas: 2, availableReplicas: 1");
  json evicted = pod_of("gone", "ReplicaSet", "u-web", "", "x");
  evicted["status"] = from_yaml("{phase: Failed, reason: Evicted}");
  EXPECT_EQ(assess(set, {evicted}).state, progressing);
}

TEST(Readiness, PodsOfStatefulAndDaemonSetsAreToldApartByTheirRevision) {
  const json stateful = object("StatefulSet", "replicas: 2", "observedGeneration: 2, replicas: 2, updateRevision: web-b, currentRevision: web-a");
  const std::vector<json> pods{pod_of("web-0", "StatefulSet", "u-web", "controller-revision-hash: web-a", "x"), pod_of("web-1", "StatefulSet", "u-web", "controller-revision-hash: web-b", "x")};
  EXPECT_EQ(current_pods(stateful, {pods, k_none}), (std::vector<const json*>{&pods[1]}));
  json daemons = object("DaemonSet", "", "observedGeneration: 2");
  daemons["metadata"]["annotations"]["deprecated.daemonset.template.generation"] = "4";
  const std::vector<json> daemon_pods{pod_of("d-0", "DaemonSet", "u-web", "pod-template-generation: '3'", "x"), pod_of("d-1", "DaemonSet", "u-web", "pod-template-generation: '4'", "x")};
  EXPECT_EQ(current_pods(daemons, {daemon_pods, k_none}), (std::vector<const json*>{&daemon_pods[1]}));
}

TEST(Readiness, ABarePodIsItsOwnWorkload) {
  const json running = from_yaml("{kind: Pod, metadata: {name: test}, status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}}");
  EXPECT_EQ(assess(running).state, ready);
  const json ended = from_yaml("{kind: Pod, metadata: {name: test}, status: {phase: Failed, containerStatuses: [{name: t, state: {terminated: {exitCode: 3, reason: Error}}}]}}");
  EXPECT_EQ(assess(ended).state, failed);
  EXPECT_THAT(assess(ended).message, HasSubstr("exit code 3"));
}

TEST(Readiness, IsWrittenAsJson) {
  const json written = to_json(assess(object("Deployment", "replicas: 2", "observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 1")));
  EXPECT_EQ(written["state"], "progressing");
  EXPECT_EQ(written["message"], "1 of 2 pods are available");
}

}  // namespace
}  // namespace leadsman::kube
