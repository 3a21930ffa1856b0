#include "runner/gate/pods.hpp"

#include <gtest/gtest.h>

#include "runner/gate/examine.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;

json pod(const char* name, const char* begin = "", const char* hash = "", const char* phase = "Running") {
  json out{{"metadata", {{"name", name}}}, {"status", {{"phase", phase}}}};
  if (*begin) out["metadata"]["generateName"] = begin;
  if (*hash) out["metadata"]["labels"] = {{"pod-template-hash", hash}};
  return out;
}

TEST(PodNames, AreThoseOfTheServiceWhateverItsDeploymentIsCalled) {
  const pod_names names = names_of({pod("web-6f7d-x2k9p", "web-6f7d-", "6f7d"), pod("web-6f7d-aaaaa", "web-6f7d-", "6f7d")});
  EXPECT_EQ(names.now, "web-6f7d-aaaaa|web-6f7d-x2k9p");
  EXPECT_EQ(names.whenever, "web-[a-z0-9]+-[a-z0-9]+");
}

TEST(PodNames, OfEarlierRevisionsFollowTheKindOfTheWorkload) {
  EXPECT_EQ(names_of({pod("node-agent-x2k9p", "node-agent-")}).whenever, "node-agent-[a-z0-9]+") << "a DaemonSet's";
  EXPECT_EQ(names_of({pod("db-0", "db-")}).whenever, "db-[a-z0-9]+") << "a StatefulSet's";
  EXPECT_EQ(names_of({pod("alone")}).whenever, "alone");
}

TEST(PodNames, LeaveOutWhoServesNobody) {
  json test = pod("shop-test");
  test["metadata"]["annotations"] = {{"helm.sh/hook", "test"}};
  const pod_names names = names_of({test, pod("job-1", "job-", "", "Succeeded"), pod("web-6f7d-x2k9p", "web-6f7d-", "6f7d", "Failed"), pod("web-6f7d-new", "web-6f7d-", "6f7d", "Pending")});
  EXPECT_EQ(names.now, "web-6f7d-new");
}

TEST(PodNames, OfNoneFitNoPod) {
  EXPECT_EQ(names_of({}).now, "-");
  EXPECT_EQ(names_of({}).whenever, "-");
}

helm::object service(const char* name, bool selects = true) {
  helm::object out;
  out.api_version = "v1";
  out.kind = "Service";
  out.name = name;
  out.value = {{"spec", json::object()}};
  if (selects) out.value["spec"]["selector"] = {{"app", name}};
  return out;
}

TEST(MeasuredService, IsTheOnlyOneOrTheOneThatIsNamed) {
  EXPECT_EQ(measured_service("", {service("shop"), service("outside", false)}), "shop");
  EXPECT_EQ(measured_service("api", {service("shop"), service("api")}), "api");
}

TEST(MeasuredService, IsAskedForWhenItIsNotClear) {
  EXPECT_EQ(measured_service("", {service("shop"), service("api")}).error().message, "the chart has the Services shop, api: say with `service` which of them is measured");
  EXPECT_EQ(measured_service("shopp", {service("shop"), service("api")}).error().message, "the chart has the Services shop, api, and no 'shopp' (did you mean 'shop'?)");
  EXPECT_EQ(measured_service("", {service("outside", false)}).error().message, "the chart has no Service that leads to pods, so that there is nobody to measure");
}

}  // namespace
}  // namespace leadsman::runner
