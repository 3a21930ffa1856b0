#include "runner/proof.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "document/yaml.hpp"

namespace leadsman::runner {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<helm::object> manifest(std::string_view text) { return helm::split_manifest(text, "shop").value(); }

json live_object(std::string_view yaml) { return document::parse_yaml(yaml, "live").value().value; }

// "image Deployment web container app: shop:1, is shop:2: bad"
std::string to_line(const wire::proof_check& c) {
  return c.what + " " + c.object + ": " + c.expected + ", is " + c.found + (c.ok ? ": good" : ": bad");
}

std::vector<std::string> to_lines(const std::vector<wire::proof_check>& checks) {
  std::vector<std::string> lines;
  for (const wire::proof_check& c : checks) lines.push_back(to_line(c));
  return lines;
}

struct workload_case {
  const char* name;
  const char* manifest;
  const char* live;  // empty: gone
  std::vector<std::string> checks;
};

void PrintTo(const workload_case& c, std::ostream* out) { *out << c.name; }

class ProofOfAWorkload : public testing::TestWithParam<workload_case> {};

TEST_P(ProofOfAWorkload, HoldsWhatIsLiveAgainstTheManifest) {
  const auto objects = manifest(GetParam().manifest);
  const auto workloads = helm::workloads(objects);
  ASSERT_EQ(workloads.size(), 1u);
  const std::string live = GetParam().live;
  const std::optional<json> found = live.empty() ? std::nullopt : std::optional(live_object(live));
  EXPECT_THAT(to_lines(check_workload(workloads[0], found, has_autoscaler(objects, workloads[0]))),
              testing::ElementsAreArray(GetParam().checks));
}

constexpr const char* k_deployment = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 3, template: {spec: {containers: [{name: app, image: "shop:1"}]}}}
)";

constexpr const char* k_without_replicas = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: app, image: "shop:1"}]}}}
)";

constexpr const char* k_autoscaled = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec: {replicas: 3, template: {spec: {containers: [{name: app, image: "shop:1"}]}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: scaler}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}}
)";

constexpr const char* k_other_is_autoscaled = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec: {replicas: 3, template: {spec: {containers: []}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: scaler}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
)";

constexpr const char* k_with_init_container = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: node}
spec: {template: {spec: {initContainers: [{name: migrate, image: "tool:1"}], containers: [{name: app, image: "shop:1"}]}}}
)";

constexpr const char* k_cron_job = R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: job, image: "shop:1"}]}}}}}
)";

constexpr const char* k_pod = R"(
apiVersion: v1
kind: Pod
metadata: {name: lone}
spec: {containers: [{name: app, image: "shop:1"}]}
)";

INSTANTIATE_TEST_SUITE_P(
    Proof, ProofOfAWorkload,
    testing::Values(
        workload_case{"AsItWas", k_deployment, "spec: {replicas: 3, template: {spec: {containers: [{name: app, image: 'shop:1'}]}}}\nstatus: {readyReplicas: 3}", {"image Deployment web container app: shop:1, is shop:1: good", "replicas Deployment web: 3, is 3 ready of 3 asked for: good"}},
        workload_case{"NoneIsReady", k_deployment, "spec: {replicas: 3, template: {spec: {containers: [{name: app, image: 'shop:1'}]}}}\nstatus: {}", {"image Deployment web container app: shop:1, is shop:1: good", "replicas Deployment web: 3, is 0 ready of 3 asked for: bad"}},
        workload_case{"OneIsNotReady", k_deployment, "spec: {replicas: 3, template: {spec: {containers: [{name: app, image: 'shop:1'}]}}}\nstatus: {readyReplicas: 2}", {"image Deployment web container app: shop:1, is shop:1: good", "replicas Deployment web: 3, is 2 ready of 3 asked for: bad"}},
        workload_case{"FewerAreAskedForThanTheManifestWants", k_deployment, "spec: {replicas: 2, template: {spec: {containers: [{name: app, image: 'shop:1'}]}}}\nstatus: {readyReplicas: 3}", {"image Deployment web container app: shop:1, is shop:1: good", "replicas Deployment web: 3, is 3 ready of 2 asked for: bad"}},
        workload_case{"MoreAreReadyThanAskedFor", k_deployment, "spec: {replicas: 3, template: {spec: {containers: [{name: app, image: 'shop:1'}]}}}\nstatus: {readyReplicas: 4}", {"image Deployment web container app: shop:1, is shop:1: good", "replicas Deployment web: 3, is 4 ready of 3 asked for: good"}},
        workload_case{"AnotherImage", k_deployment, "spec: {replicas: 3, template: {spec: {containers: [{name: app, image: 'shop:2'}]}}}\nstatus: {readyReplicas: 3}", {"image Deployment web container app: shop:1, is shop:2: bad", "replicas Deployment web: 3, is 3 ready of 3 asked for: good"}},
        workload_case{"TheContainerIsMissing", k_deployment, "spec: {replicas: 3, template: {spec: {containers: [{name: other, image: 'shop:1'}]}}}\nstatus: {readyReplicas: 3}", {"image Deployment web container app: shop:1, is no such container: bad", "replicas Deployment web: 3, is 3 ready of 3 asked for: good"}},
        workload_case{"ASidecarThatOthersInjectedIsNoFailure", k_deployment, "spec: {replicas: 3, template: {spec: {containers: [{name: app, image: 'shop:1'}, {name: proxy, image: 'proxy:9'}]}}}\nstatus: {readyReplicas: 3}", {"image Deployment web container app: shop:1, is shop:1: good", "replicas Deployment web: 3, is 3 ready of 3 asked for: good"}},
        workload_case{"TheWorkloadIsGone", k_deployment, "", {"exists Deployment web: present, is gone: bad"}},
        workload_case{"AnObjectWithoutASpecIsNotGood", k_deployment, "metadata: {name: web}", {"image Deployment web container app: shop:1, is no such container: bad", "replicas Deployment web: 3, is 0 ready of 1 asked for: bad"}},
        // What the manifest leaves open is the cluster's, such as an autoscaler's that is not of this chart.
        workload_case{"ReplicasThatTheManifestLeavesOpenMayBeAnyNumber", k_without_replicas, "spec: {replicas: 5, template: {spec: {containers: [{name: app, image: 'shop:1'}]}}}\nstatus: {readyReplicas: 5}", {"image Deployment web container app: shop:1, is shop:1: good", "replicas Deployment web: all that are asked for, is 5 ready of 5 asked for: good"}},
        workload_case{"ReplicasThatTheManifestLeavesOpenHaveToBeReady", k_without_replicas, "spec: {replicas: 5, template: {spec: {containers: [{name: app, image: 'shop:1'}]}}}\nstatus: {readyReplicas: 4}", {"image Deployment web container app: shop:1, is shop:1: good", "replicas Deployment web: all that are asked for, is 4 ready of 5 asked for: bad"}},
        workload_case{"AnAutoscalerOfTheChartDecidesTheReplicas", k_autoscaled, "spec: {replicas: 9, template: {spec: {containers: [{name: app, image: 'shop:1'}]}}}\nstatus: {readyReplicas: 1}", {"image StatefulSet web container app: shop:1, is shop:1: good"}},
        workload_case{"AnAutoscalerOfAnotherKindsNamesakeDoesNot", k_other_is_autoscaled, "spec: {replicas: 9}\nstatus: {readyReplicas: 9}", {"replicas StatefulSet web: 3, is 9 ready of 9 asked for: bad"}},
        workload_case{"InitContainersHaveTheirImagesToo", k_with_init_container, "spec: {template: {spec: {initContainers: [{name: migrate, image: 'tool:2'}], containers: [{name: app, image: 'shop:1'}]}}}", {"image DaemonSet node container app: shop:1, is shop:1: good", "image DaemonSet node container migrate: tool:1, is tool:2: bad"}},
        workload_case{"ACronJobHasNoReplicas", k_cron_job, "spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: job, image: 'shop:1'}]}}}}}", {"image CronJob nightly container job: shop:1, is shop:1: good"}},
        workload_case{"ACronJobsImageIsDeepInside", k_cron_job, "spec: {template: {spec: {containers: [{name: job, image: 'shop:1'}]}}}", {"image CronJob nightly container job: shop:1, is no such container: bad"}},
        workload_case{"APodsImageIsAtItsTop", k_pod, "spec: {containers: [{name: app, image: 'shop:1'}]}", {"image Pod lone container app: shop:1, is shop:1: good"}}),
    [](const auto& tested) { return std::string(tested.param.name); });

struct endpoints_case {
  const char* name;
  int ready;
  int not_ready;
  bool expects_none;
  const char* line;
};

void PrintTo(const endpoints_case& c, std::ostream* out) { *out << c.name; }

class ProofOfEndpoints : public testing::TestWithParam<endpoints_case> {};

TEST_P(ProofOfEndpoints, WantsSomethingThatAnswers) {
  const kube::service_endpoints found{GetParam().ready, GetParam().not_ready, {}};
  EXPECT_EQ(to_line(check_endpoints({"shop", "web", true}, found, GetParam().expects_none)), GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    Proof, ProofOfEndpoints,
    testing::Values(endpoints_case{"Some", 2, 0, false, "endpoints Service web: at least 1 ready, is 2 ready: good"},
                    endpoints_case{"SomeOfWhichNotAllAreReady", 1, 1, false, "endpoints Service web: at least 1 ready, is 1 ready, 1 not ready: good"},
                    endpoints_case{"NoneReady", 0, 3, false, "endpoints Service web: at least 1 ready, is 0 ready, 3 not ready: bad"},
                    endpoints_case{"None", 0, 0, false, "endpoints Service web: at least 1 ready, is 0 ready: bad"},
                    endpoints_case{"NoneWhereNoneIsWanted", 0, 0, true, "endpoints Service web: any number, is 0 ready: good"},
                    endpoints_case{"SomeWhereNoneIsWanted", 1, 0, true, "endpoints Service web: any number, is 1 ready: good"}),
    [](const auto& tested) { return std::string(tested.param.name); });

std::string deployment(const std::string& name, const std::string& labels, const std::string& replicas) {
  return "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec: {" + replicas +
         "template: {metadata: {labels: {" + labels + "}}, spec: {containers: []}}}\n";
}

std::string scaled_object(const std::string& target, const std::string& more) {
  return "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: scaler}\nspec: {scaleTargetRef: {name: " + target + "}" + more + "}\n";
}

const std::string k_service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n";

struct service_case {
  const char* name;
  std::string manifest;
  bool expects_none;
};

void PrintTo(const service_case& c, std::ostream* out) { *out << c.name; }

class ServiceOfAManifest : public testing::TestWithParam<service_case> {};

TEST_P(ServiceOfAManifest, ExpectsPodsUnlessItsOwnWorkloadsWantNone) {
  const auto objects = manifest(GetParam().manifest);
  const auto services = helm::services(objects);
  ASSERT_EQ(services.size(), 1u);
  EXPECT_EQ(expects_none(objects, services[0]), GetParam().expects_none);
}

INSTANTIATE_TEST_SUITE_P(
    Proof, ServiceOfAManifest,
    testing::Values(
        service_case{"OfAWorkload", k_service + deployment("web", "app: web", "replicas: 1, "), false},
        service_case{"OfAWorkloadThatLeavesReplicasOpen", k_service + deployment("web", "app: web", ""), false},
        service_case{"OfAWorkloadAtZero", k_service + deployment("web", "app: web", "replicas: 0, "), true},
        service_case{"OfAWorkloadAtZeroBesideOneThatRuns", k_service + deployment("web", "app: web", "replicas: 0, ") + deployment("api", "app: api", "replicas: 2, "), true},
        service_case{"OfAWorkloadThatRunsBesideOneAtZero", k_service + deployment("web", "app: web", "replicas: 2, ") + deployment("api", "app: api", "replicas: 0, "), false},
        service_case{"OfTwoWorkloadsOneAtZero", k_service + deployment("a", "app: web", "replicas: 0, ") + deployment("b", "app: web", "replicas: 1, "), false},
        service_case{"OfAWorkloadAtZeroBesideACronJob", k_service + deployment("web", "app: web", "replicas: 0, ") + "---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {jobTemplate: {spec: {template: {metadata: {labels: {app: web}}, spec: {containers: []}}}}}\n",
                     true},
        service_case{"OfAWorkloadThatMayScaleToZero", k_service + deployment("web", "app: web", "") + scaled_object("web", ""), true},
        service_case{"OfAWorkloadThatScalesButNotToZero", k_service + deployment("web", "app: web", "") + scaled_object("web", ", minReplicaCount: 1"), false},
        service_case{"OfALonePod", k_service + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: lone, labels: {app: web}}\nspec: {containers: []}\n", false},
        service_case{"OfPodsThatTheManifestDoesNotMake", k_service + deployment("api", "app: api", "replicas: 2, "), false},
        service_case{"OfAManifestWithoutWorkloads", k_service, true}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Autoscaler, IsOneThatNamesTheWorkload) {
  const auto objects = manifest(deployment("web", "app: web", "") + deployment("api", "app: api", "") + scaled_object("web", ""));
  const auto workloads = helm::workloads(objects);
  ASSERT_EQ(workloads.size(), 2u);
  EXPECT_TRUE(has_autoscaler(objects, workloads[0])) << "KEDA's target is a Deployment when it names no kind";
  EXPECT_FALSE(has_autoscaler(objects, workloads[1]));
}

TEST(Proof, NamesItsFirstFailure) {
  const wire::proof_check good{"image", "Deployment web container app", "shop:1", "shop:1", true};
  const wire::proof_check bad{"endpoints", "Service web", "at least 1 ready", "0 ready", false};
  EXPECT_TRUE(all_ok({good, good}));
  EXPECT_EQ(first_failure({good, good}), "");
  EXPECT_FALSE(all_ok({good, bad}));
  EXPECT_EQ(first_failure({good, bad, {"image", "later", "a", "b", false}}), "Service web: endpoints should be at least 1 ready, is 0 ready");
}

}  // namespace
}  // namespace leadsman::runner
