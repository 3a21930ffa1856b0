#include "capacity/peak.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace leadsman::capacity {
namespace {

using kube::json;
using testing::ElementsAre;

std::vector<helm::object> workload(const std::string& name, int replicas, const std::string& more = "", int cpu = 100, const std::string& kind = "Deployment") {
  const std::string text = fmt::format(R"(
apiVersion: apps/v1
kind: {}
metadata: {{name: {}}}
spec:
  replicas: {}
  {}
  template: {{spec: {{containers: [{{name: app, resources: {{requests: {{cpu: {}m, memory: 64Mi}}}}}}]}}}}
)", kind, name, replicas, more, cpu);
  return *helm::split_manifest(text, "shop");
}

sources release_of(int now, std::vector<helm::object> before, std::vector<helm::object> wanted) {
  sources s;
  s.deployed = std::move(before);
  s.wanted = std::move(wanted);
  s.live = {{"Deployment shop", now}};
  return s;
}

sources with_canary(int stable, std::vector<int> weights, int cpu_of_canary = 100) {
  sources s = release_of(stable, workload("shop", stable), workload("shop", stable));
  s.canary.emplace();
  for (const int weight : weights) {
    s.canary->steps.emplace_back();
    s.canary->steps.back().weight = weight;
  }
  s.twins = {{"apps/v1", "Deployment", "shop-canary", "shop"}};
  s.canary_objects = workload("shop-canary", 1, "", cpu_of_canary);
  return s;
}

TEST(Peak, OfARollingUpdateIsItsSurge) {
  const peak p = peak_of(release_of(4, workload("shop", 4), workload("shop", 4)));
  EXPECT_EQ(p.now[resource::pods], 4);
  EXPECT_EQ(p.highest[resource::pods], 5) << "a quarter unless the chart says otherwise";
  EXPECT_EQ(p.more[resource::cpu], 100);
  EXPECT_EQ(p.surge, 1);
  EXPECT_EQ(p.pods.size(), 1u);
}

TEST(Peak, CountsASurgeInPercentAndInPods) {
  EXPECT_EQ(peak_of(release_of(3, workload("shop", 3), workload("shop", 3, "strategy: {rollingUpdate: {maxSurge: 50%}}"))).surge, 2);
  EXPECT_EQ(peak_of(release_of(3, workload("shop", 3), workload("shop", 3, "strategy: {rollingUpdate: {maxSurge: 0}}"))).surge, 0);
  EXPECT_EQ(peak_of(release_of(3, workload("shop", 3), workload("shop", 3, "strategy: {type: Recreate}"))).surge, 0);
}

TEST(Peak, OfAFirstInstallationIsTheReleaseItself) {
  sources s;
  s.wanted = workload("shop", 3);
  const peak p = peak_of(s);
  EXPECT_EQ(p.highest[resource::pods], 3);
  EXPECT_EQ(p.more[resource::pods], 3);
  EXPECT_EQ(p.surge, 0);
}

TEST(Peak, CountsTheLargerOfOldAndNewPods) {
  const peak grows = peak_of(release_of(2, workload("shop", 2, "", 100), workload("shop", 2, "strategy: {rollingUpdate: {maxSurge: 1}}", 500)));
  EXPECT_EQ(grows.highest[resource::cpu], 2 * 500 + 100);
  const peak shrinks = peak_of(release_of(2, workload("shop", 2, "", 500), workload("shop", 2, "strategy: {rollingUpdate: {maxSurge: 1}}", 100)));
  EXPECT_EQ(shrinks.highest[resource::cpu], 2 * 500 + 100);
}

TEST(Peak, FollowsAnAutoscalerThatGaveItMorePods) {
  std::vector<helm::object> without = workload("shop", 1);
  without[0].value["spec"].erase("replicas");
  EXPECT_EQ(peak_of(release_of(8, without, without)).highest[resource::pods], 10);
}

TEST(Peak, OfACanaryIsWhenStableIsReplacedWhileItServes) {
  const peak p = peak_of(with_canary(4, {25, 50, 100}));
  EXPECT_EQ(p.now[resource::pods], 4);
  EXPECT_EQ(p.of_canary, 4);
  EXPECT_EQ(p.highest[resource::pods], 4 + 1 + 4);
  ASSERT_EQ(p.weights.size(), 3u);
  EXPECT_EQ(p.weights[0].more[resource::pods], 1);
  EXPECT_EQ(p.weights[1].more[resource::pods], 2);
  EXPECT_EQ(p.weights[2].more[resource::pods], 4);
  EXPECT_EQ(p.pods.size(), 5u);
}

TEST(Peak, OfACanaryIsCountedWithItsOwnRequests) {
  EXPECT_EQ(peak_of(with_canary(4, {100}, 1000)).weights[0].more[resource::cpu], 4 * 1000);
}

TEST(Peak, DoesNotCountACanaryThatIsThereAlready) {
  sources s = with_canary(4, {100});
  s.live["Deployment shop-canary"] = 3;
  EXPECT_EQ(peak_of(s).of_canary, 1);
}

TEST(Peak, SaysWhatItDoesNotCount) {
  sources s;
  s.wanted = workload("agent", 1, "", 100, "DaemonSet");
  EXPECT_THAT(peak_of(s).not_counted, ElementsAre("DaemonSet agent"));
}

TEST(Peak, CountsWhatTheNewVersionHasNoMoreUntilItIsGone) {
  sources s = release_of(1, workload("shop", 1), workload("shop", 1));
  for (helm::object& o : workload("old", 2)) s.deployed.push_back(std::move(o));
  s.live["Deployment old"] = 2;
  EXPECT_EQ(peak_of(s).now[resource::pods], 3);
}

json pod(const char* text) { return json::parse(text); }

TEST(Demand, OfAPodIsThatOfItsContainersOrOfItsLargestInitContainer) {
  const demand d = demand_of_pod(pod(R"({"initContainers": [
      {"resources": {"requests": {"cpu": "2"}}}, {"restartPolicy": "Always", "resources": {"requests": {"cpu": "100m", "memory": "10Mi"}}}],
    "containers": [{"resources": {"requests": {"cpu": "300m", "memory": "20Mi"}}}, {"resources": {"limits": {"cpu": "200m"}}}],
    "overhead": {"cpu": "50m"}})"), {});
  EXPECT_EQ(d[resource::cpu], 2050);
  EXPECT_EQ(d[resource::memory], 30ll * 1024 * 1024 * 1000);
  EXPECT_EQ(d[resource::cpu_limit], 200);
  EXPECT_EQ(d[resource::pods], 1);
}

TEST(Demand, IsFilledInFromALimitRange) {
  const auto defaults = defaults_of({pod(R"({"spec": {"limits": [{"type": "Pod", "max": {"cpu": "9"}}, {"type": "Container", "default": {"memory": "1Gi"}, "defaultRequest": {"cpu": "250m"}}]}})")});
  const json bare = pod(R"({"containers": [{}]})");
  EXPECT_EQ(demand_of_pod(bare, defaults)[resource::cpu], 250);
  EXPECT_EQ(demand_of_pod(bare, defaults)[resource::memory_limit], 1024ll * 1024 * 1024 * 1000);
  EXPECT_TRUE(says(bare, defaults, resource::cpu));
  EXPECT_FALSE(says(bare, defaults, resource::cpu_limit));
  EXPECT_FALSE(says(bare, {}, resource::cpu));
}

TEST(Demand, ReadsWhateverAChartRenders) {
  for (const char* odd : {"null", "[]", R"({"containers": 3})", R"({"containers": [null, {"resources": []}]})"}) {
    EXPECT_EQ(demand_of_pod(json::parse(odd), {})[resource::cpu], 0) << odd;
  }
}

}  // namespace
}  // namespace leadsman::capacity
