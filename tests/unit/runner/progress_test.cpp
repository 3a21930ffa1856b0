#include "runner/progress.hpp"

#include <gtest/gtest.h>

namespace leadsman::runner {
namespace {

kube::workload_status half_way() {
  kube::workload_status s;
  s.kind = "Deployment";
  s.name = "web";
  s.desired = 3;
  s.updated = 2;
  s.ready = 1;
  s.reason = "Progressing";
  s.message = "1 of 3 new pods is available";
  kube::pod_status pod;
  pod.name = "web-1";
  pod.phase = "Pending";
  pod.ready_containers = 1;
  pod.containers = 2;
  pod.restarts = 4;
  pod.reason = "ImagePullBackOff";
  pod.message = "no such image";
  s.pods = {pod};
  return s;
}

TEST(Progress, TellsEverythingOfAWorkloadThatPeopleWantToSee) {
  const wire::workload_progress told = to_progress(half_way());
  EXPECT_EQ(told.kind, "Deployment");
  EXPECT_EQ(told.name, "web");
  EXPECT_EQ(told.desired, 3);
  EXPECT_EQ(told.updated, 2);
  EXPECT_EQ(told.ready, 1);
  EXPECT_EQ(told.state, "progressing");
  EXPECT_EQ(told.reason, "Progressing");
  EXPECT_EQ(told.message, "1 of 3 new pods is available");
  ASSERT_EQ(told.pods.size(), 1u);
  const wire::pod_progress pod{"web-1", "Pending", 1, 2, 4, "ImagePullBackOff", "no such image"};
  EXPECT_EQ(told.pods[0], pod);
}

TEST(Progress, IsTheSameUntilSomethingThatIsToldChanges) {
  kube::workload_status later = half_way();
  later.pods[0].age += std::chrono::seconds(5);
  EXPECT_EQ(to_progress(later), to_progress(half_way())) << "getting older is no news";
  later.pods[0].restarts = 5;
  EXPECT_NE(to_progress(later), to_progress(half_way()));
}

struct state_case {
  kube::workload_state state;
  const char* word;
};

TEST(Progress, NamesTheStateOfAWorkload) {
  for (const auto& [state, word] : {state_case{kube::workload_state::progressing, "progressing"}, state_case{kube::workload_state::ready, "ready"},
                                    state_case{kube::workload_state::failed, "failed"}, state_case{kube::workload_state::unjudged, "unjudged"}}) {
    kube::workload_status s;
    s.state = state;
    EXPECT_EQ(to_progress(s).state, word);
  }
}

}  // namespace
}  // namespace leadsman::runner
