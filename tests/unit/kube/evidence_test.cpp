#include "kube/evidence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "from_yaml.hpp"
#include "kube/headline.hpp"

namespace leadsman::kube {
namespace {

using namespace std::chrono_literals;
using test::at_time;
using test::from_yaml;
using test::k_now;
using testing::ElementsAre;
using testing::HasSubstr;


const json k_deployment = from_yaml(
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, uid: d, generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1}}");
const json k_set = from_yaml("{kind: ReplicaSet, metadata: {name: web-5f, uid: s, annotations: {deployment.kubernetes.io/revision: '1'}, ownerReferences: [{kind: Deployment, name: web, uid: d}]}}");

json pod(const std::string& container_status, const std::string& conditions = "{type: PodScheduled, status: 'True', lastTransitionTime: '2026-11-21T10:00:00Z'}") {
  return from_yaml(
      "{kind: Pod, metadata: {name: web-5f-x, uid: p, ownerReferences: [{kind: ReplicaSet, name: web-5f, uid: s}]}, spec: {containers: [{name: app, image: 'shop/web:2', resources: {limits: {memory: 64Mi}}}]}, "
      "status: {phase: Running, conditions: [" +
      conditions + "], containerStatuses: [{name: app, image: 'shop/web:2', " + container_status + "}]}}");
}

json event(const std::string& uid, const std::string& reason, const std::string& message, const std::string& last = "2026-11-21T10:05:00Z", int count = 1) {
  json e = from_yaml("{kind: Event, type: Warning, involvedObject: {kind: Pod, name: web-5f-x, fieldPath: 'spec.containers{app}'}, lastTimestamp: '" + last + "'}");
  e["involvedObject"]["uid"] = uid;
  e["reason"] = reason;
  e["message"] = message;
  e["count"] = count;
  return e;
}

workload_evidence compose(const json& the_pod, const std::vector<json>& events, std::vector<container_evidence> logs = {}) {
  const std::vector<json> pods{the_pod}, sets{k_set};
  return compose_evidence({k_deployment, {pods, sets}, events, std::move(logs)}, {}, k_now);
}

TEST(Evidence, TheHeadlineIsTheMostProbableCause) {
  const std::string running = "ready: false, restartCount: 0, state: {running: {}}";
  const std::string crashing = "ready: false, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff, message: 'back-off 40s'}}, lastState: {terminated: {exitCode: 1, reason: Error}}";
  const std::string oom = "ready: false, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}";
  struct {
    const char* name;
    json the_pod;
    std::vector<json> events;
    std::vector<std::string> log;
    const char* expected;
  } const rows[] = {
      {"image, cause in the event",
       pod("state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image \"shop/web:2\"'}}"),
       {event("p", "Failed", "Failed to pull image \"shop/web:2\": rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/shop/web:2\": failed to resolve reference \"docker.io/shop/web:2\": docker.io/shop/web:2: not found")},
       {},
       "image shop/web:2 cannot be pulled: docker.io/shop/web:2: not found"},
      {"image, cause in the status",
       pod("state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image \"shop/web:2\": ErrImagePull: failed to resolve reference \"x\": connection refused'}}"),
       {},
       {},
       "image shop/web:2 cannot be pulled: connection refused"},
      {"image never pulled", pod("state: {waiting: {reason: ErrImageNeverPull, message: m}}"), {}, {}, "image shop/web:2 is not on the node, and its pull policy is Never"},
      {"missing ConfigMap", pod("state: {waiting: {reason: CreateContainerConfigError, message: 'configmap \"web\" not found'}}"), {}, {}, "container app cannot be started: configmap \"web\" not found"},
      {"memory", pod(oom), {}, {"allocating"}, "container app was OOM-killed (limit 64Mi), 3 restarts"},
      {"crash with its last words", pod(crashing), {}, {"starting", "fatal: no database", ""}, "container app ended with exit code 1, 3 restarts: fatal: no database"},
      {"liveness, not a crash", pod(crashing), {event("p", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500")}, {"bye"}, "liveness probe fails: HTTP 500 (container app, 3 restarts)"},
      {"readiness", pod(running), {event("p", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503")}, {}, "readiness probe fails: HTTP 503 (container app)"},
      {"mount", pod("state: {waiting: {reason: ContainerCreating}}"), {event("p", "FailedMount", "MountVolume.SetUp failed for volume \"c\" : secret \"s\" not found")}, {}, "a volume cannot be mounted: MountVolume.SetUp failed for volume \"c\" : secret \"s\" not found"},
      {"no room", pod("restartCount: 0", "{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes'}"), {}, {}, "pod web-5f-x cannot be scheduled: 0/1 nodes are available: 1 Insufficient cpu"},
      {"quota", pod(running), {event("s", "FailedCreate", "Error creating: pods \"web-5f-y\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2")}, {}, "quota exceeded: small, requested: pods=1, used: pods=2, limited: pods=2"},
      {"nothing better", pod(running), {}, {}, "0 of 1 pod is available"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(compose(row.the_pod, row.events, {{.pod = "web-5f-x", .container = "app", .log = row.log}}).headline, row.expected);
  }
}

TEST(Evidence, EventsAreOursDeduplicatedAndNewestFirst) {
  const auto composed = compose(pod("ready: false, state: {running: {}}"), {event("p", "BackOff", "again", "2026-11-21T10:01:00Z", 4), event("p", "BackOff", "again", "2026-11-21T10:04:00Z", 2),
                                                                            event("d", "ScalingReplicaSet", "up", "2026-11-21T10:05:00Z"), event("another-uid", "BackOff", "of a namesake", "2026-11-21T10:06:00Z")});
  ASSERT_EQ(composed.events.size(), 2u);
  EXPECT_EQ(composed.events[0].reason, "ScalingReplicaSet");
  EXPECT_EQ(composed.events[1].count, 6);
  EXPECT_EQ(composed.events[1].last, at_time("2026-11-21T10:04:00Z"));
  EXPECT_EQ(composed.events[1].container, "app");
}

TEST(Evidence, ContainersCarryWhatTheyDid) {
  const auto composed = compose(pod("ready: false, restartCount: 2, state: {running: {}}, lastState: {terminated: {exitCode: 2, reason: Error}}"), {},
                                {{.pod = "web-5f-x", .container = "app", .log = {"a", "b"}, .log_is_previous = true}});
  ASSERT_EQ(composed.containers.size(), 1u);
  const container_evidence& c = composed.containers[0];
  EXPECT_EQ(c.exit_code, 2);
  EXPECT_EQ(c.memory_limit, "64Mi");
  EXPECT_EQ(c.state, "running");
  EXPECT_THAT(c.log, ElementsAre("a", "b"));
  EXPECT_TRUE(c.log_is_previous);
  const json written = to_json(combine({composed}));
  EXPECT_EQ(written["workloads"][0]["containers"][0]["exitCode"], 2);
}

TEST(Evidence, TheWholeSpeaksOfTheWorkloadThatExplainsMost) {
  workload_evidence vague{.status = {.kind = "Deployment", .name = "api"}, .headline = "0 of 1 pod is available", .rank = 10};
  workload_evidence telling{.status = {.kind = "Deployment", .name = "web"}, .headline = "image x cannot be pulled", .rank = 0};
  EXPECT_EQ(combine({vague, telling}).headline, "Deployment web: image x cannot be pulled");
  vague.status.state = workload_state::failed;  // what has failed goes before what still tries
  EXPECT_EQ(combine({vague, telling}).headline, "Deployment api: 0 of 1 pod is available");
  EXPECT_EQ(combine({}).headline, "");
}

TEST(Headline, CausesAreTakenOutOfTheirWrapping) {
  EXPECT_EQ(pull_cause("failed to pull and unpack image \"a\": failed to resolve reference \"a\": failed to do request: Head \"https://r/v2\": dial tcp: lookup r: no such host"),
            "dial tcp: lookup r: no such host");
  EXPECT_EQ(pull_cause("Back-off pulling image \"a\""), "");
  EXPECT_EQ(probe_cause("Startup probe failed: Get \"http://10.0.0.1/\": connection refused"), "startup probe fails: Get \"http://10.0.0.1/\": connection refused");
}

}  // namespace
}  // namespace leadsman::kube
