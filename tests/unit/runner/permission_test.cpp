#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "document/yaml.hpp"
#include "runner/permission/collect.hpp"
#include "runner/permission/review.hpp"
#include "runner/permission/role.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> texts(const std::vector<permission>& all) {
  std::vector<std::string> out;
  for (const permission& each : all) {
    const kube::access_question& q = each.what;
    out.push_back(to_string(q) + " in " + q.name_space + (q.name.empty() ? "" : " named " + q.name));
  }
  return out;
}

const kube::object_ref k_web{"apps/v1", "Deployment", "shop", "web"};
const kube::resource_kind k_deployments{"Deployment", "deployments", true};

TEST(Permissions, OfAnObjectReachFromItsCreationToTheWayBack) {
  EXPECT_THAT(texts(object_permissions(k_web, k_deployments)),
              ElementsAre("get deployments.apps in shop named web", "list deployments.apps in shop", "watch deployments.apps in shop",
                          "create deployments.apps in shop", "patch deployments.apps in shop named web", "delete deployments.apps in shop named web"));
}

TEST(Permissions, OfAClusterWideKindHaveNoNamespace) {
  const auto all = object_permissions({"rbac.authorization.k8s.io/v1", "ClusterRole", "shop", "r"}, {"ClusterRole", "clusterroles", false});
  for (const permission& each : all) EXPECT_EQ(each.what.name_space, "") << each.what.verb;
}

TEST(Permissions, OfOurOwnHoldLeaseLedgerReleasesAndTheLogsOfTests) {
  const auto own = texts(own_permissions("shop"));
  for (const char* each : {"create leases.coordination.k8s.io in shop", "patch leases.coordination.k8s.io in shop", "update configmaps in shop",
                           "delete secrets in shop", "get pods/log in shop", "watch pods in shop", "list endpointslices.discovery.k8s.io in shop"}) {
    EXPECT_THAT(own, Contains(each));
  }
}

TEST(Permissions, OfHooksAndTestsAreAskedForToo) {
  helm::hook job, test;
  job.manifest = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\n";
  test.manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke, namespace: other}\n";
  const auto refs = refs_of(std::vector<helm::hook>{job, test}, "shop");
  ASSERT_TRUE(refs);
  EXPECT_THAT(*refs, ElementsAre(kube::object_ref{"batch/v1", "Job", "shop", "migrate"}, kube::object_ref{"v1", "Pod", "other", "smoke"}));
}

TEST(Permissions, ThatARuleGrantsAreSettledTheOthersAreAskedOnceAVerbAndKind) {
  std::vector<permission> wanted = object_permissions(k_web, k_deployments);
  for (permission& each : object_permissions({"apps/v1", "Deployment", "shop", "api"}, k_deployments)) wanted.push_back(std::move(each));
  const kube::access_rules some{{{"get", "list", "watch"}, {"apps"}, {"deployments"}, {}}, {{"patch"}, {"apps"}, {"deployments"}, {"web"}}};
  EXPECT_THAT(texts(unsettled(wanted, {{"shop", some}})),
              ElementsAre("create deployments.apps in shop", "delete deployments.apps in shop named web", "patch deployments.apps in shop named api"));
  EXPECT_EQ(unsettled(wanted, {}).size(), 6u);
  EXPECT_EQ(unsettled(wanted, {{"other", some}}).size(), 6u) << "the rules of another namespace say nothing";
}

std::vector<permission> some_denied() {
  return {{{.verb = "patch", .group = "apps", .resource = "deployments", .name_space = "shop", .name = "web"}, "Deployment web"},
          {{.verb = "create", .group = "apps", .resource = "deployments", .name_space = "shop"}, "Deployment web"},
          {{.verb = "create", .group = "", .resource = "configmaps", .name_space = "shop"}, "the ledger of a release"},
          {{.verb = "patch", .group = "", .resource = "configmaps", .name_space = "shop"}, "ConfigMap web"},
          {{.verb = "get", .group = "", .resource = "pods", .subresource = "log", .name_space = "shop"}, "logs"},
          {{.verb = "create", .group = "", .resource = "services", .name_space = "shop"}, "Service web"},
          {{.verb = "patch", .group = "", .resource = "services", .name_space = "shop"}, "Service web"},
          {{.verb = "get", .group = "rbac.authorization.k8s.io", .resource = "clusterroles", .name = "r"}, "ClusterRole r"}};
}

TEST(MissingPermissions, AreALineAKindWithItsReasons) {
  EXPECT_THAT(describe_denied(some_denied()),
              ElementsAre("get clusterroles.rbac.authorization.k8s.io in the whole cluster (ClusterRole r)",
                          "create, patch configmaps in shop (the ledger of a release; ConfigMap web)",
                          "create, patch deployments.apps in shop (Deployment web)", "get pods/log in shop (logs)",
                          "create, patch services in shop (Service web)"));
}

json roles_of(const std::vector<permission>& denied, const std::string& user) {
  const auto parsed = document::parse_yaml(make_roles(denied, "web", user), "roles");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->value : json();
}

TEST(MissingPermissions, BecomeRolesAndBindingsOfTheAgentsAccount) {
  const json items = roles_of(some_denied(), "system:serviceaccount:leadsman:agent")["items"];
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(items[0]["kind"], "ClusterRole");
  EXPECT_EQ(items[1]["kind"], "ClusterRoleBinding");
  EXPECT_EQ(items[2]["kind"], "Role");
  EXPECT_EQ(items[2]["metadata"]["namespace"], "shop");
  EXPECT_EQ(items[2]["rules"], json::parse(R"([
    {"apiGroups": [""], "resources": ["configmaps", "services"], "verbs": ["create", "patch"]},
    {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]},
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["create", "patch"]}])"));
  EXPECT_EQ(items[3]["roleRef"]["name"], items[2]["metadata"]["name"]);
  EXPECT_EQ(items[3]["subjects"], json::parse(R"([{"kind": "ServiceAccount", "name": "agent", "namespace": "leadsman"}])"));
}

TEST(MissingPermissions, AreBoundToAUserAsTheClusterCallsIt) {
  const json items = roles_of(some_denied(), "jane: \"the\" admin")["items"];
  EXPECT_EQ(items[1]["subjects"][0]["kind"], "User");
  EXPECT_EQ(items[1]["subjects"][0]["name"], "jane: \"the\" admin");
}

TEST(MissingPermissions, WithoutAUserAreRolesOnly) {
  const json items = roles_of(some_denied(), "")["items"];
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[1]["kind"], "Role");
}

TEST(MissingPermissions, OfAnotherKindGetARoleOfAnotherNameSoThatNoneTakesAnothersAway) {
  std::vector<permission> fewer = some_denied();
  fewer.pop_back();
  fewer.pop_back();
  const json all = roles_of(some_denied(), ""), some = roles_of(fewer, ""), again = roles_of(fewer, "");
  EXPECT_NE(all["items"][1]["metadata"]["name"], some["items"][0]["metadata"]["name"]);
  EXPECT_EQ(again, some);
  EXPECT_THAT(some["items"][0]["metadata"]["name"].get<std::string>(), testing::StartsWith("leadsman-web-"));
}

}  // namespace
}  // namespace leadsman::runner
