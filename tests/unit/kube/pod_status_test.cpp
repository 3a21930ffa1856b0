#include "kube/pod_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "from_yaml.hpp"

namespace leadsman::kube {
namespace {

using namespace std::chrono_literals;
using test::at_time;
using test::from_yaml;

const wall_time k_scheduled = at_time("2026-11-21T10:00:00Z");

json pod_with(const std::string& status, const std::string& spec = "containers: [{name: app}]") {
  json object = from_yaml("{kind: Pod, metadata: {name: web-1, creationTimestamp: '2026-11-21T09:59:50Z'}, spec: {" + spec + "}, status: {" + status + "}}");
  auto& conditions = object["status"]["conditions"];
  if (conditions.is_null()) conditions = json::array();
  conditions.push_back(from_yaml("{type: PodScheduled, status: 'True', lastTransitionTime: '2026-11-21T10:00:00Z'}"));
  return object;
}

json waiting(const std::string& reason, const std::string& message = "words", int restarts = 0, const std::string& last = "") {
  return pod_with("phase: Pending, containerStatuses: [{name: app, restartCount: " + std::to_string(restarts) + ", state: {waiting: {reason: " + reason + ", message: '" + message + "'}}" +
             (last.empty() ? "" : ", lastState: {terminated: " + last + "}") + "}]");
}

constexpr const char* k_no_program = "{exitCode: 128, reason: StartError, message: 'exec: /no/such: no such file'}";

json ended_with(int restarts, const std::string& terminated) {
  return pod_with("phase: Running, containerStatuses: [{name: app, restartCount: " + std::to_string(restarts) + ", state: {terminated: " + terminated + "}}]");
}

TEST(PodStatus, WhatKubernetesWouldTryForEverFailsByPatience) {
  struct {
    const char* name;
    json pod;
    std::chrono::seconds after;
    workload_state expected;
    const char* reason;
  } const rows[] = {
      {"just created", waiting("ContainerCreating"), 5s, workload_state::progressing, ""},
      {"a pull that failed a moment ago", waiting("ErrImagePull"), 19s, workload_state::progressing, "ErrImagePull"},
      {"a pull that keeps failing", waiting("ImagePullBackOff"), 20s, workload_state::failed, "ImagePullBackOff"},
      {"an image that is never pulled", waiting("ErrImageNeverPull"), 0s, workload_state::failed, "ErrImageNeverPull"},
      {"an invalid image name", waiting("InvalidImageName"), 0s, workload_state::failed, "InvalidImageName"},
      {"a ConfigMap that may still come", waiting("CreateContainerConfigError"), 29s, workload_state::progressing, "CreateContainerConfigError"},
      {"a ConfigMap that does not come", waiting("CreateContainerConfigError"), 30s, workload_state::failed, "CreateContainerConfigError"},
      {"the second crash", waiting("CrashLoopBackOff", "back-off", 2, "{exitCode: 1, reason: Error}"), 60s, workload_state::progressing, "CrashLoopBackOff"},
      {"the third crash", waiting("CrashLoopBackOff", "back-off", 3, "{exitCode: 1, reason: Error}"), 60s, workload_state::failed, "CrashLoopBackOff"},
      {"a program that is not there, tried twice", waiting("CrashLoopBackOff", "back-off", 1, k_no_program), 60s, workload_state::progressing, "StartError"},
      {"a program that is not there, tried three times", waiting("CrashLoopBackOff", "back-off", 2, k_no_program), 60s, workload_state::failed, "StartError"},
      {"the same while it is tried again", waiting("RunContainerError", "words", 2, k_no_program), 60s, workload_state::failed, "StartError"},
      {"the same when it has just ended", ended_with(2, k_no_program), 60s, workload_state::failed, "StartError"},
      {"as another runtime calls it", ended_with(2, "{exitCode: 127, reason: ContainerCannotRun}"), 60s, workload_state::failed, "StartError"},
      {"a crash that has just happened for the second time", ended_with(2, "{exitCode: 1, reason: Error}"), 60s, workload_state::progressing, "Error"},
      {"the first start that failed", waiting("RunContainerError"), 29s, workload_state::progressing, "RunContainerError"},
      {"a container that cannot be made a moment ago", waiting("CreateContainerError"), 29s, workload_state::progressing, "CreateContainerError"},
      {"a container that cannot be made", waiting("CreateContainerError"), 30s, workload_state::failed, "CreateContainerError"},
      {"killed for memory", waiting("CrashLoopBackOff", "back-off", 3, "{exitCode: 137, reason: OOMKilled}"), 60s, workload_state::failed, "OOMKilled"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const pod_status status = assess_pod(row.pod, {}, k_scheduled + row.after);
    EXPECT_EQ(status.state, row.expected);
    EXPECT_EQ(status.reason, row.reason);
  }
}

TEST(PodStatus, SaysWhichProgramCannotBeStarted) {
  EXPECT_EQ(assess_pod(waiting("CrashLoopBackOff", "back-off", 2, k_no_program), {}, k_scheduled).message,
            "container app cannot be started: exec: /no/such: no such file");
}

TEST(PodStatus, APullIsTimedFromTheEndOfTheInitContainers) {
  json object = waiting("ImagePullBackOff");
  object["status"]["initContainerStatuses"] = from_yaml("[{name: setup, state: {terminated: {exitCode: 0, finishedAt: '2026-11-21T10:05:00Z'}}}]");
  EXPECT_EQ(assess_pod(object, {}, at_time("2026-11-21T10:05:10Z")).state, workload_state::progressing);
  EXPECT_EQ(assess_pod(object, {}, at_time("2026-11-21T10:05:20Z")).state, workload_state::failed);
}

TEST(PodStatus, ReadyPod) {
  const pod_status status = assess_pod(pod_with("phase: Running, conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: app, ready: true, restartCount: 1, state: {running: {}}}]"), {}, k_scheduled + 30s);
  EXPECT_EQ(status, (pod_status{"web-1", "Running", 1, 1, 1, "", "", 40s, workload_state::ready}));
}

TEST(PodStatus, SidecarsCountAsContainers) {
  const json object = pod_with("phase: Running, initContainerStatuses: [{name: proxy, ready: true, state: {running: {}}}], containerStatuses: [{name: app, ready: false, state: {running: {}}}]",
                          "initContainers: [{name: proxy, restartPolicy: Always}, {name: once}], containers: [{name: app}]");
  const pod_status status = assess_pod(object, {}, k_scheduled);
  EXPECT_EQ(status.ready_containers, 1);
  EXPECT_EQ(status.containers, 2);
  EXPECT_EQ(status.reason, "ContainerNotReady");
}

TEST(PodStatus, AnUnschedulablePodIsOnlyProgressing) {
  const json object = from_yaml("{kind: Pod, metadata: {name: p}, status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: '0/1 nodes are available'}]}}");
  const pod_status status = assess_pod(object, {}, k_scheduled + 10min);
  EXPECT_EQ(status.state, workload_state::progressing);
  EXPECT_EQ(status.reason, "Unschedulable");
}

TEST(PodStatus, EndedPods) {
  EXPECT_EQ(assess_pod(pod_with("phase: Succeeded"), {}, k_scheduled).state, workload_state::ready);
  const pod_status evicted = assess_pod(pod_with("phase: Failed, reason: Evicted, message: 'low on memory'"), {}, k_scheduled);
  EXPECT_EQ(evicted.state, workload_state::failed);
  EXPECT_EQ(evicted.reason, "Evicted");
  json leaving = waiting("ErrImageNeverPull");
  leaving["metadata"]["deletionTimestamp"] = "2026-11-21T10:00:00Z";
  EXPECT_EQ(assess_pod(leaving, {}, k_scheduled).state, workload_state::progressing);
  EXPECT_EQ(assess_pod(leaving, {}, k_scheduled).phase, "Terminating");
}

TEST(PodStatus, HopelessGoesBeforeMerelyNotReady) {
  const json object = pod_with("phase: Running, containerStatuses: [{name: a, ready: false, state: {running: {}}}, {name: b, restartCount: 5, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 2}}}]",
                          "containers: [{name: a}, {name: b}]");
  const pod_status status = assess_pod(object, {}, k_scheduled);
  EXPECT_EQ(status.state, workload_state::failed);
  EXPECT_THAT(status.message, testing::HasSubstr("container b ended with exit code 2"));
}

}  // namespace
}  // namespace leadsman::kube
