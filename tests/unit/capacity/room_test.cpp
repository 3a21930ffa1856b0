#include "capacity/room.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace leadsman::capacity {
namespace {

using kube::json;
using testing::HasSubstr;
using testing::IsEmpty;
using wire::verdict;

demand pods_with(int pods, int64_t cpu = 100) {
  demand d;
  d[resource::pods] = pods;
  d[resource::cpu] = pods * cpu;
  return d;
}

// Two pods now; the canary grows to two, and one more comes while stable is replaced.
peak of_a_canary() {
  peak p;
  p.now = pods_with(2);
  p.highest = pods_with(5);
  p.more = pods_with(3);
  p.of_canary = 2;
  p.surge = 1;
  p.weights = {{10, pods_with(1)}, {100, pods_with(2)}};
  p.pods.assign(3, {pods_with(1), 0});
  p.specs = {json::parse(R"({"containers": [{"resources": {"requests": {"cpu": "100m"}}}]})")};
  return p;
}

json quota(const std::string& hard, const std::string& used) {
  return json::parse(fmt::format(R"({{"metadata": {{"name": "q"}}, "spec": {{"hard": {}}}, "status": {{"used": {}}}}})", hard, used));
}

wire::check only_row(const json& q, const peak& p = of_a_canary()) {
  const wire::checks rows = quota_rows(p, {q}, {});
  EXPECT_EQ(rows.size(), 1u);
  return rows.at(0);
}

TEST(Room, SaysHowManyPodsThereWillBeAndWhy) {
  const wire::check row = pods_row(of_a_canary());
  EXPECT_EQ(row.verdict, verdict::ok);
  EXPECT_EQ(row.found, "at most 5 at once: 2 now, 2 of the canary, 1 while pods are replaced; 3 pods, 300m cores more than now");
}

TEST(Room, OfAVersionWithMorePodsAddsUp) {
  peak p = of_a_canary();
  p.highest = pods_with(8);
  p.more = pods_with(6);
  EXPECT_THAT(pods_row(p).found, HasSubstr("at most 8 at once: 2 now, 2 of the canary, 3 more of the new version, 1 while pods are replaced"));
}

TEST(Quota, WithRoomForThePeakIsWell) {
  const wire::check row = only_row(quota(R"({"pods": "10"})", R"({"pods": "2"})"));
  EXPECT_EQ(row.verdict, verdict::ok);
  EXPECT_EQ(row.name, "quota q");
  EXPECT_EQ(row.found, "pods: 8 of 10 pods free, at most 3 needed");
}

TEST(Quota, ThatHoldsTheCanaryButNotTheSurgeMayHoldItUp) {
  const wire::check row = only_row(quota(R"({"pods": "4"})", R"({"pods": "2"})"));
  EXPECT_EQ(row.verdict, verdict::warning);
  EXPECT_THAT(row.found, HasSubstr("at its peak it needs 3 pods more; pods: only 2 of 4 pods free"));
}

TEST(Quota, ThatCannotHoldTheCanaryWouldCertainlyRefuseAndSaysAtWhichWeight) {
  const wire::check row = only_row(quota(R"({"requests.cpu": "350m"})", R"({"requests.cpu": "200m"})"));
  EXPECT_EQ(row.verdict, verdict::failed);
  EXPECT_THAT(row.found, HasSubstr("would certainly refuse pods: at 100 % the canary needs 200m cores more; requests.cpu: only 150m of 350m cores free"));
  EXPECT_THAT(row.mend, HasSubstr("canary.replicas"));
}

TEST(Quota, ThatCannotHoldTheNewVersionWouldCertainlyRefuse) {
  peak p;
  p.more = pods_with(4);
  p.lasting = pods_with(3);
  EXPECT_THAT(only_row(quota(R"({"pods": "4"})", R"({"pods": "2"})"), p).found, HasSubstr("would certainly refuse pods: the new version needs 3 pods more; pods: only 2 of 4"));
}

TEST(Quota, ForWhatThePodsDoNotSayRefusesThem) {
  const wire::check row = only_row(quota(R"({"limits.memory": "10Gi"})", R"({"limits.memory": "0"})"));
  EXPECT_EQ(row.verdict, verdict::failed);
  EXPECT_THAT(row.found, HasSubstr("it counts limits.memory, and a container of the chart has no resources.limits.memory"));
}

TEST(Quota, WithScopesIsNotChecked) {
  json q = quota(R"({"pods": "1"})", R"({"pods": "1"})");
  q["spec"]["scopes"] = {"BestEffort"};
  EXPECT_THAT(only_row(q).found, HasSubstr("was not checked"));
}

TEST(Quota, ThatCountsNoPodsSaysNothing) {
  EXPECT_EQ(quota_rows(of_a_canary(), {quota(R"({"services": "1"})", "{}")}, {}).at(0).found, "the namespace has none for pods");
}

json node(const std::string& name, int pods, const std::string& more = "{}") {
  return {{"metadata", {{"name", name}}}, {"spec", json::parse(more)}, {"status", {{"allocatable", {{"pods", std::to_string(pods)}, {"cpu", "1"}, {"memory", "1Gi"}}}}}};
}

json pod_on(const std::string& where, const std::string& cpu, const std::string& phase = "Running") {
  return {{"spec", {{"nodeName", where}, {"containers", {{{"resources", {{"requests", {{"cpu", cpu}}}}}}}}}}, {"status", {{"phase", phase}}}};
}

TEST(Nodes, WithRoomAreWell) {
  const wire::check row = nodes_row(of_a_canary(), {node("a", 10), node("b", 10)}, {pod_on("a", "900m"), pod_on("a", "900m", "Succeeded")});
  EXPECT_EQ(row.verdict, verdict::ok);
  EXPECT_THAT(row.found, HasSubstr("2 nodes take them: room for 3 pods, 300m cores more"));
}

TEST(Nodes, ThatAreFullAreSaidToBe) {
  const wire::check row = nodes_row(of_a_canary(), {node("a", 10)}, {pod_on("a", "850m")});
  EXPECT_EQ(row.verdict, verdict::warning);
  EXPECT_THAT(row.found, HasSubstr("1 node takes them: room for 1 of 3 pods more"));
}

TEST(Nodes, ThatTakeNoPodsAreNotCounted) {
  const wire::check row = nodes_row(of_a_canary(), {node("a", 10, R"({"unschedulable": true})"), node("b", 10, R"({"taints": [{"effect": "NoSchedule"}]})"), node("c", 2, R"({"taints": [{"effect": "PreferNoSchedule"}]})")}, {});
  EXPECT_THAT(row.found, HasSubstr("1 node takes them: room for 2 of 3"));
}

TEST(Nodes, AreFilledWithThePodsThatTheyAdmit) {
  peak p = of_a_canary();
  p.specs.push_back(json::parse(R"({"nodeSelector": {"disk": "ssd"}})"));
  p.pods.back().spec = 1;
  json fast = node("fast", 1);
  fast["metadata"]["labels"] = {{"disk", "ssd"}};
  EXPECT_THAT(nodes_row(p, {node("a", 10)}, {}).found, HasSubstr("1 node takes them: room for 2 of 3 pods"));
  EXPECT_THAT(nodes_row(p, {node("a", 10), fast}, {}).found, HasSubstr("2 nodes take them: room for 3 pods"));
}

TEST(Nodes, DoNotMatterWhenNoMorePodsAreNeeded) {
  peak p;
  EXPECT_EQ(nodes_row(p, {}, {}).verdict, verdict::ok);
}

}  // namespace
}  // namespace leadsman::capacity
