#include "helm/classify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadsman::helm {
namespace {

struct message_row {
  failure_class kind;
  const char* error_output;  // as helm 4.2.3 wrote it
  const char* message;
};

TEST(Classify, KnowsHelmsWords) {
  const message_row rows[] = {
      {failure_class::cluster_unreachable,
       "Error: kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": dial tcp 127.0.0.1:1: connect: connection refused\n",
       "kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": dial tcp 127.0.0.1:1: connect: connection refused"},
      {failure_class::denied, "Error: kubernetes cluster unreachable: the server has asked for the client to provide credentials\n",
       "kubernetes cluster unreachable: the server has asked for the client to provide credentials"},
      {failure_class::in_progress, "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n",
       "another operation (install/upgrade/rollback) is in progress"},
      {failure_class::lost_race, "Error: UPGRADE FAILED: release: already exists\n", "release: already exists"},
      {failure_class::timeout,
       "Error: resource Deployment/unit/waits not ready. status: InProgress, message: Available: 0/1\ncontext deadline exceeded\n",
       "resource Deployment/unit/waits not ready. status: InProgress, message: Available: 0/1; context deadline exceeded"},
      {failure_class::timeout,
       "level=WARN msg=\"upgrade failed\" name=r9 error=\"context deadline exceeded\"\nError: UPGRADE FAILED: context deadline exceeded\n",
       "context deadline exceeded"},
      {failure_class::storage, "Error: create: failed to create: namespaces \"nope\" not found\n", "create: failed to create: namespaces \"nope\" not found"},
      {failure_class::no_release, "Error: release: not found\n", "release: not found"},
      {failure_class::no_release, "Error: release has no 99 version\n", "release has no 99 version"},
      {failure_class::no_release, "Error: UPGRADE FAILED: \"x\" has no deployed releases\n", "\"x\" has no deployed releases"},
      {failure_class::ownership,
       "Error: unable to continue with install: ConfigMap \"cm\" in namespace \"unit\" exists and cannot be imported into the current release: "
       "invalid ownership metadata; annotation validation error: key \"meta.helm.sh/release-name\" must equal \"r3\": current value is \"r1\"\n",
       "unable to continue with install: ConfigMap \"cm\" in namespace \"unit\" exists and cannot be imported into the current release: "
       "invalid ownership metadata; annotation validation error: key \"meta.helm.sh/release-name\" must equal \"r3\": current value is \"r1\""},
      {failure_class::chart_or_values, "level=INFO msg=\"funcMap fail\" message=\"you must set x\"\nError: execution error at (c/templates/a.yaml:1:3): you must set x\n",
       "execution error at (c/templates/a.yaml:1:3): you must set x"},
      {failure_class::chart_or_values,
       "Error: c/templates/a.yaml:1:13\n  executing \"c/templates/a.yaml\" at <.Values.a.b.c>:\n    nil pointer evaluating interface {}.b\n",
       "c/templates/a.yaml:1:13; executing \"c/templates/a.yaml\" at <.Values.a.b.c>: nil pointer evaluating interface {}.b"},
      {failure_class::chart_or_values, "Error: YAML parse error on c/templates/a.yaml: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'\n",
       "YAML parse error on c/templates/a.yaml: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"},
      {failure_class::chart_or_values,
       "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nc:\n- at '': missing property 'y'\n- at '/x': got string, want integer\n\n",
       "values don't meet the specifications of the schema(s) in the following chart(s): c: - at '': missing property 'y'; - at '/x': got string, want integer"},
      {failure_class::chart_or_values,
       "Error: server-side apply failed for object unit/unk /v1, Kind=ConfigMap: failed to create typed patch object (unit/unk; /v1, Kind=ConfigMap): .dataa: field not declared in schema\n",
       "server-side apply failed for object unit/unk /v1, Kind=ConfigMap: failed to create typed patch object (unit/unk; /v1, Kind=ConfigMap): .dataa: field not declared in schema"},
      {failure_class::chart_or_values,
       "Error: UPGRADE FAILED: server-side apply failed for object unit/w apps/v1, Kind=Deployment: Deployment.apps \"w\" is invalid: spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"c\"}}: field is immutable\n",
       "server-side apply failed for object unit/w apps/v1, Kind=Deployment: Deployment.apps \"w\" is invalid: spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"c\"}}: field is immutable"},
      {failure_class::missing_kind,
       "Error: unable to build kubernetes objects from release manifest: resource mapping not found for name: \"w\" namespace: \"\" from \"\": no matches for kind \"Widget\" in version \"foo.example.com/v1\"\nensure CRDs are installed first\n",
       "unable to build kubernetes objects from release manifest: resource mapping not found for name: \"w\" namespace: \"\" from \"\": no matches for kind \"Widget\" in version \"foo.example.com/v1\"; ensure CRDs are installed first"},
      {failure_class::hook, "Error: failed pre-install: resource Job/unit/hookjob not ready. status: Failed, message: Job Failed. failed: 1/1\n",
       "failed pre-install: resource Job/unit/hookjob not ready. status: Failed, message: Job Failed. failed: 1/1"},
      {failure_class::hook, "Error: resource Pod/default/t1 not ready. status: Failed, message: pod t1 failed\n",
       "resource Pod/default/t1 not ready. status: Failed, message: pod t1 failed"},
      // The API server was killed, etcd was stopped, a webhook did not answer.
      {failure_class::cluster_unreachable,
       "Error: could not get information about the resource: Get \"https://127.0.0.1:16445/api/v1/namespaces/x/serviceaccounts/shop-demo\": EOF\n",
       "could not get information about the resource: Get \"https://127.0.0.1:16445/api/v1/namespaces/x/serviceaccounts/shop-demo\": EOF"},
      {failure_class::cluster_unreachable, "Error: UPGRADE FAILED: update: failed to update: etcdserver: request timed out\n",
       "update: failed to update: etcdserver: request timed out"},
      {failure_class::denied,
       "Error: UPGRADE FAILED: failed calling webhook \"w.example.com\": Post \"https://w.x.svc:443/\": dial tcp 10.0.0.9:443: connect: connection refused\n",
       "failed calling webhook \"w.example.com\": Post \"https://w.x.svc:443/\": dial tcp 10.0.0.9:443: connect: connection refused"},
      {failure_class::cancelled, "level=WARN msg=\"upgrade failed\" name=r9 error=\"context canceled\"\nError: UPGRADE FAILED: context canceled\n", "context canceled"},
      {failure_class::denied,
       "Error: query: failed to query with labels: secrets is forbidden: User \"system:serviceaccount:unit:limited\" cannot list resource \"secrets\" in API group \"\" in the namespace \"unit\"\n",
       "query: failed to query with labels: secrets is forbidden: User \"system:serviceaccount:unit:limited\" cannot list resource \"secrets\" in API group \"\" in the namespace \"unit\""},
      {failure_class::denied,
       "Error: server-side apply failed for object unit/cm /v1, Kind=ConfigMap: configmaps \"cm\" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=3, limited: configmaps=0\n",
       "server-side apply failed for object unit/cm /v1, Kind=ConfigMap: configmaps \"cm\" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=3, limited: configmaps=0"},
      {failure_class::unknown, "Error: something new\n", "something new"},
      {failure_class::unknown, "panic: oh\n", "panic: oh"},
      {failure_class::unknown, "", "helm failed and said nothing."},
  };
  for (const message_row& one : rows) {
    const failure found = classify(one.error_output);
    EXPECT_EQ(to_string(found.kind), to_string(one.kind)) << one.error_output;
    EXPECT_EQ(found.message, one.message);
  }
}

TEST(Classify, NamesManagerObjectAndFieldOfAConflict) {
  const failure found = classify(
      "Error: UPGRADE FAILED: conflict occurred while applying object unit/cm /v1, Kind=ConfigMap: Apply failed with 1 conflict: "
      "conflict with \"kubectl-patch\" using v1: .data.x\n");
  EXPECT_EQ(found.kind, failure_class::conflict);
  EXPECT_FALSE(found.may_retry);
  EXPECT_EQ(found.conflicts, (std::vector<field_conflict>{{"kubectl-patch", "unit/cm /v1, Kind=ConfigMap", ".data.x"}}));
}

TEST(Classify, ReadsSeveralConflictsInOneMessage) {
  const failure found = classify(
      "Error: UPGRADE FAILED: conflict occurred while applying object unit/web apps/v1, Kind=Deployment: Apply failed with 3 conflicts: "
      "conflicts with \"kubectl-patch\" using apps/v1:\n- .spec.replicas\n- .spec.paused\n"
      "conflicts with \"kube-controller-manager\" with subresource \"scale\" using apps/v1:\n- .spec.revisionHistoryLimit"
      " && conflict occurred while applying object unit/cm /v1, Kind=ConfigMap: Apply failed with 1 conflict: conflict with \"me\" using v1: .data.x\n");
  EXPECT_EQ(found.conflicts, (std::vector<field_conflict>{
                                 {"kubectl-patch", "unit/web apps/v1, Kind=Deployment", ".spec.replicas, .spec.paused"},
                                 {"kube-controller-manager", "unit/web apps/v1, Kind=Deployment", ".spec.revisionHistoryLimit"},
                                 {"me", "unit/cm /v1, Kind=ConfigMap", ".data.x"}}));
}

TEST(Classify, SaysWhatMayBeTriedAgain) {
  EXPECT_TRUE(classify("Error: kubernetes cluster unreachable: connection refused").may_retry);
  EXPECT_FALSE(classify("Error: kubernetes cluster unreachable: tls: failed to verify certificate: x509: expired").may_retry);
  EXPECT_TRUE(classify("Error: release: already exists").may_retry);
  EXPECT_TRUE(classify("Error: UPGRADE FAILED: the server has asked for the client to provide credentials").may_retry);
  EXPECT_FALSE(classify("Error: configmaps \"cm\" is forbidden: exceeded quota").may_retry);
  EXPECT_TRUE(classify("Error: conflict occurred while applying object a/b /v1, Kind=Pod: Operation cannot be fulfilled on resourcequotas \"q\": the object has been modified").may_retry);
  EXPECT_FALSE(classify("Error: another operation (install/upgrade/rollback) is in progress").may_retry);
}

TEST(Classify, BelievesStdoutAboutACancellation) {
  EXPECT_EQ(classify("", "Release r9 has been cancelled.\n").kind, failure_class::cancelled);
}

TEST(CleanMessages, LeavesOutStructuredLogLines) {
  EXPECT_EQ(clean_messages("level=WARN msg=\"x\"\n\nRelease ok\ntime=2026 level=INFO msg=y\nError: z"), "Release ok\nError: z\n");
}

}  // namespace
}  // namespace leadsman::helm
