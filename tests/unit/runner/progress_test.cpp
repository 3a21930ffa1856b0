#include "runner/progress.hpp"

#include "unit/runner/made_objects.hpp"
#include "unit/runner/scene.hpp"

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

// The workload of shop/web is watched while `meanwhile` happens, until `holds`.
class ProgressOfWorkloads : public scene {
 protected:
  void SetUp() override {
    scene::SetUp();
    admit(wish());
    intend_step(model::step_kind::upgrade);
    cluster_.put(web_deployment("shop/web:1"));
    cluster_.put(web_replica_set());
  }
  void watch(std::function<void()> meanwhile, std::function<bool()> holds) {
    test::run_until_done(io_, [&]() -> task<void> {
      const std::vector<helm::object> objects = helm::split_manifest(web_manifest("shop/web:2"), "shop").value();
      progress shown(*r_, objects);
      co_await shown.start();
      meanwhile();
      const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
      while (!holds() && std::chrono::steady_clock::now() < until) co_await sleep_for(std::chrono::milliseconds(5));
      hopeless_ = shown.hopeless();
      co_await shown.stop();
    });
  }
  size_t told_so_far() const { return audience_.recent(k_id, 1)->events.size(); }

  std::optional<kube::workload_status> hopeless_;
};

TEST_F(ProgressOfWorkloads, TellsEachChangeAndNothingOfTheStateBefore) {
  watch([this] { cluster_.put(web_deployment("shop/web:2", 0, 2)); }, [this] { return told_so_far() > 0; });
  EXPECT_THAT(told(), testing::ElementsAre("workload: Deployment web: 0 of 1 pod is available"));
  EXPECT_EQ(data_of(model::event_kind::workload).at(0).at("ready"), 0);
}

TEST_F(ProgressOfWorkloads, DoesNotRepeatWhatIsTheSameForPeople) {
  watch(
      [this] {
        nlohmann::json touched = web_deployment("shop/web:1");
        touched["metadata"]["annotations"]["touched"] = "yes";
        cluster_.put(touched);
        spawn(io_.get_executor(), "later", [this]() -> task<void> {
          co_await sleep_for(std::chrono::milliseconds(400));  // more than one report later
          cluster_.put(web_deployment("shop/web:2", 0, 2));
        });
      },
      [this] { return told_so_far() > 0; });
  EXPECT_EQ(told().size(), 1u);
}

TEST_F(ProgressOfWorkloads, KnowsThatANewRevisionIsHopeless) {
  const uint64_t seen = r_->changed.version();
  watch(
      [this] {
        cluster_.put(web_deployment("shop/web:2", 0, 2));
        cluster_.put(web_pod(k_never_pulled));
      },
      [this, seen] { return r_->changed.version() != seen; });
  ASSERT_TRUE(hopeless_);
  EXPECT_EQ(hopeless_->name, "web");
  EXPECT_EQ(hopeless_->reason, "ErrImageNeverPull");
}

TEST_F(ProgressOfWorkloads, WhatWasBrokenBeforeSaysNothingOfTheNewRevision) {
  cluster_.put(web_deployment("shop/web:1", 0));
  cluster_.put(web_pod(k_never_pulled));
  watch(
      [this] {
        nlohmann::json told = web_pod("restartCount: 1, " + std::string(k_never_pulled));  // still broken, and news
        cluster_.put(told);
      },
      [this] { return told_so_far() > 0; });
  EXPECT_FALSE(hopeless_);
}

// In a namespace of a hundred releases nobody can hold the pods of all of them.
TEST_F(ProgressOfWorkloads, AsksForNothingOfOtherReleases) {
  watch([this] { cluster_.put(web_deployment("shop/web:2", 0, 2)); }, [this] { return told_so_far() > 0; });
  for (const std::string& target : cluster_.asked()) {
    const bool follows = target.find("/shop/pods?") != std::string::npos || target.find("/replicasets?") != std::string::npos;
    if (!follows && target.find("/deployments?") == std::string::npos) continue;
    EXPECT_THAT(target, testing::HasSubstr(follows ? "labelSelector=app%3Dweb" : "fieldSelector=metadata.name%3Dweb"));
  }
  EXPECT_EQ(cluster_.watches(), 3);
}

TEST_F(ProgressOfWorkloads, OfNothingIsNothing) {
  test::run_until_done(io_, [&]() -> task<void> {
    progress shown(*r_, {});
    co_await shown.start();
    co_await shown.stop();
  });
  EXPECT_EQ(cluster_.watches(), 0);
}

}  // namespace
}  // namespace leadsman::runner
