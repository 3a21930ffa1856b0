#include "twin/assess.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "twin/capacity.hpp"

namespace leadsman::twin {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr std::string_view k_chart = R"(---
# Source: shop/templates/account.yaml
apiVersion: v1
kind: ServiceAccount
metadata: {{name: {0}}}
---
# Source: shop/templates/service.yaml
apiVersion: v1
kind: Service
metadata: {{name: {0}}}
spec: {{type: LoadBalancer, selector: {{app: shop, release: {0}}}, ports: [{{port: 80, nodePort: 30080}}]}}
---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {0}}}
spec:
  replicas: 10
  selector: {{matchLabels: {{app: shop, release: {0}}}}}
  template:
    metadata: {{labels: {{app: shop, release: {0}}}}}
    spec: {{serviceAccountName: {0}, containers: [{{name: app, image: "shop:v2"}}]}}
---
# Source: shop/templates/ingress.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {0}}}
---
# Source: shop/templates/budget.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: {0}}}
spec: {{selector: {{matchLabels: {{app: shop, release: {0}}}}}}}
)";

std::vector<helm::object> objects_of(const std::string& manifest) { return *helm::split_manifest(manifest, "shop"); }

std::string chart_as(std::string_view release) { return fmt::format(fmt::runtime(k_chart), release); }

sides both_of(const std::string& more_of_stable = "", const std::string& more_of_canary = "") {
  sides s;
  s.stable = objects_of(chart_as("shop") + more_of_stable);
  s.deployed = s.stable;
  s.canary = objects_of(chart_as("shop-canary") + more_of_canary);
  return s;
}

model::canary asked(int first_weight = 25) {
  model::canary c;
  c.router.service = "shop";
  c.steps = {{first_weight, std::chrono::milliseconds(0), {}, {}}};
  return c;
}

TEST(AssessTwin, AnOrdinaryChartHasACanaryWithoutWhatMayBeThereOnlyOnce) {
  const assessment found = assess(both_of(), asked());
  EXPECT_THAT(found.refused, IsEmpty());
  EXPECT_EQ(found.service, "shop-canary");
  EXPECT_THAT(found.workloads, ElementsAre(scaled_workload{"apps/v1", "Deployment", "shop-canary", "shop"}));
  EXPECT_THAT(found.make.keep, ElementsAre("Service shop-canary", "Deployment shop-canary", "PodDisruptionBudget shop-canary"));
  EXPECT_THAT(found.make.leave_out, ElementsAre("ServiceAccount shop-canary", "Ingress shop-canary"));
  EXPECT_THAT(found.left_out, Contains(HasSubstr("requests come to the canary by its weight alone")));
  EXPECT_THAT(found.make.service_accounts, ElementsAre(Pair("shop-canary", "shop")));
  EXPECT_THAT(found.make.replicas, ElementsAre(Pair("Deployment shop-canary", 3)));
}

TEST(AssessTwin, AnAccountThatStableDoesNotHaveYetIsTheCanarysOwn) {
  sides s = both_of();
  std::erase_if(s.deployed, [](const helm::object& o) { return o.kind == "ServiceAccount"; });
  const assessment found = assess(s, asked());
  EXPECT_THAT(found.make.service_accounts, IsEmpty());
  EXPECT_THAT(found.make.keep, Contains("ServiceAccount shop-canary"));
}

struct refusal_case {
  const char* name;
  const char* stable;
  const char* canary;
  const char* message;
};

TEST(AssessTwin, SaysWhyAChartCanHaveNoCanary) {
  const refusal_case cases[]{
      {"a name without the release", "---\n# Source: c\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: fixed}\n",
       "---\n# Source: c\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: fixed}\n", "ConfigMap fixed would be in both releases"},
      {"a StatefulSet", "", "---\n# Source: s\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n", "StatefulSet db: its pods keep data"},
      {"a volume", "", "---\n# Source: s\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n", "PersistentVolumeClaim data"},
      {"a selector without the release", "---\n# Source: o\napiVersion: v1\nkind: Service\nmetadata: {name: all}\nspec: {selector: {app: shop}}\n", "",
       "Service all selects the pods of Deployment shop-canary"},
      {"the canary's selector takes stable's pods", "", "---\n# Source: o\napiVersion: v1\nkind: Service\nmetadata: {name: all-canary}\nspec: {selector: {app: shop}}\n",
       "Service all-canary selects the pods of Deployment shop:"},
  };
  for (const refusal_case& c : cases) {
    EXPECT_THAT(assess(both_of(c.stable, c.canary), asked()).refused, Contains(HasSubstr(c.message))) << c.name;
  }
}

TEST(AssessTwin, AnUnknownServiceIsRefused) {
  model::canary other = asked();
  other.router.service = "web";
  EXPECT_THAT(assess(both_of(), other).refused, ElementsAre(HasSubstr("the chart makes no Service web")));
  other = asked();
  other.router.canary_service = "web";
  EXPECT_THAT(assess(both_of(), other).refused, ElementsAre(HasSubstr("name it with canary-service")));
}

TEST(AssessTwin, WhatBelongsToTheClusterStaysStables) {
  const char* role = "---\n# Source: r\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: shop}\n";
  sides s = both_of(role, role);
  s.cluster_scoped = {"rbac.authorization.k8s.io/v1 ClusterRole"};
  const assessment found = assess(s, asked());
  EXPECT_THAT(found.refused, IsEmpty());
  EXPECT_THAT(found.make.leave_out, Contains("ClusterRole shop"));
}

TEST(AssessTwin, HooksWaitForADecisionAndTestsDoNot) {
  sides s = both_of();
  helm::hook test, migration;
  test.kind = migration.kind = "Pod";
  test.name = "shop-canary-test";
  test.events = {"test"};
  migration.name = "shop-canary-migrate";
  migration.events = {"pre-upgrade"};
  s.hooks = {test, migration};
  EXPECT_THAT(assess(s, asked()).refused, ElementsAre(HasSubstr("the hook Pod shop-canary-migrate would run for the canary too")));
  model::canary decided = asked();
  decided.hooks = model::canary_hooks::run_in_canary;
  EXPECT_THAT(assess(s, decided).make.keep, Contains("Pod shop-canary-migrate"));
  decided.hooks = model::canary_hooks::at_promotion;
  const assessment later = assess(s, decided);
  EXPECT_THAT(later.refused, IsEmpty());
  EXPECT_THAT(later.make.leave_out, Contains("Pod shop-canary-migrate"));
  EXPECT_THAT(later.make.keep, Contains("Pod shop-canary-test"));
}

TEST(MakeTwin, LeavesOutRenamesAndCounts) {
  const assessment found = assess(both_of(), asked());
  const auto made = make_twin(chart_as("shop-canary"), found.make);
  ASSERT_TRUE(made) << made.error().message;
  const auto objects = objects_of(*made);
  ASSERT_EQ(objects.size(), 3u);
  EXPECT_FALSE(objects[0].value["spec"].contains("type"));
  EXPECT_FALSE(objects[0].value["spec"]["ports"][0].contains("nodePort"));
  EXPECT_EQ(objects[1].value["spec"]["replicas"], 3);
  EXPECT_EQ(objects[1].value["spec"]["template"]["spec"]["serviceAccountName"], "shop");
  EXPECT_EQ(objects[1].source, "shop/templates/deployment.yaml");
  EXPECT_EQ(objects[2].kind, "PodDisruptionBudget");
}

TEST(MakeTwin, HoldsBackWhatTheChartDidNotHaveWhenItWasChecked) {
  const assessment found = assess(both_of(), asked());
  const auto made = make_twin(chart_as("shop-canary") + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: more}\n", found.make);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::refused);
  EXPECT_THAT(made.error().message, HasSubstr("Secret more"));
}

TEST(PodsFor, NeverLessThanTheShareOfStable) {
  struct pods_case {
    const char* name;
    model::canary_scale scale;
    int weight, stable, expected;
  };
  const pods_case cases[]{
      {"rounded up", model::canary_scale::proportional, 5, 10, 1},   {"exactly", model::canary_scale::proportional, 50, 10, 5},
      {"a bit more", model::canary_scale::proportional, 51, 10, 6},  {"all of it", model::canary_scale::proportional, 100, 10, 10},
      {"stable asleep", model::canary_scale::proportional, 100, 0, 1}, {"nobody yet", model::canary_scale::proportional, 0, 10, 1},
      {"full", model::canary_scale::full, 5, 10, 10},                {"fixed", model::canary_scale::fixed, 100, 10, 2},
  };
  for (const pods_case& c : cases) {
    model::canary m;
    m.scale = c.scale;
    m.replicas = 2;
    EXPECT_EQ(pods_for(m, c.weight, c.stable), c.expected) << c.name;
  }
}

}  // namespace
}  // namespace leadsman::twin
