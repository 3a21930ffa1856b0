#!/usr/bin/env bats
# helm/demo and tests/demo-app on a real cluster of their own.
# bats file_tags=long

setup_file() {
  ((EUID == 0)) || skip "needs root"
  export SCRIPTS=$BATS_TEST_DIRNAME/../../scripts CHART=$BATS_TEST_DIRNAME/../../helm/demo
  export CLUSTER=bats-$$-chart
  "$SCRIPTS/dev-cluster" up "$CLUSTER"
  "$BATS_TEST_DIRNAME/../demo-app/build-image" "$BATS_FILE_TMPDIR/demo.tar" v1 v2
  "$SCRIPTS/dev-cluster" load-image "$CLUSTER" "$BATS_FILE_TMPDIR/demo.tar"
  KUBECONFIG=$("$SCRIPTS/dev-cluster" kubeconfig "$CLUSTER")
  HELM=$("$SCRIPTS/tool-path" helm)
  KUBECTL=$("$SCRIPTS/tool-path" kubectl)
  export KUBECONFIG HELM KUBECTL
}

teardown_file() {
  "$SCRIPTS/dev-cluster" down "$CLUSTER"
}

upgrade() {
  "$HELM" upgrade --install shop "$CHART" --wait --timeout 45s "$@"
}

running_version() {
  "$SCRIPTS/dev-cluster" exec "$CLUSTER" curl --silent \
    "http://$("$KUBECTL" get service shop-demo -o jsonpath='{.spec.clusterIP}')/" | sed -E 's/.*"version":"([^"]*)".*/\1/'
}

@test "the chart lints" {
  "$HELM" lint --strict "$CHART"
}

@test "an installed release passes its tests, by short and by full service name" {
  upgrade
  run "$HELM" test shop
  [[ "$status" == 0 ]]
  [[ "$(grep -c 'Phase: *Succeeded' <<<"$output")" == 2 ]]
  [[ "$(running_version)" == v1 ]]
}

@test "an upgrade changes the version that answers" {
  upgrade --set image.tag=v2
  "$HELM" test shop
  [[ "$(running_version)" == v2 ]]
}

@test "a changed ConfigMap restarts the pods" {
  before=$("$KUBECTL" get pods -l app.kubernetes.io/instance=shop -o name | sort)
  upgrade --set image.tag=v2,config.GREETING=bye
  [[ "$before" != "$("$KUBECTL" get pods -l app.kubernetes.io/instance=shop -o name | sort)" ]]
}

@test "tests.fail makes helm test fail and nothing else" {
  upgrade --set tests.fail=true
  run "$HELM" test shop
  [[ "$status" != 0 && "$output" == *"shop-demo-test-connection"* ]]
}

@test "each way of breaking it keeps an upgrade from getting ready" {
  upgrade
  for broken in demo.neverReady=true demo.crash=at-once image.tag=absent; do
    run upgrade --timeout 8s --set "$broken"
    [[ "$status" != 0 ]]
    [[ "$(running_version)" == v1 ]]
  done
}

@test "a pod that takes too much memory is ended as OOMKilled" {
  upgrade --set replicaCount=1,resources.limits.memory=24Mi
  "$HELM" upgrade shop "$CHART" --set replicaCount=1,demo.crash=oom,resources.limits.memory=24Mi
  await_reason OOMKilled
}

await_reason() {
  local deadline=$((SECONDS + 40))
  until "$KUBECTL" get pods -o jsonpath='{..containerStatuses[*].lastState.terminated.reason}{..containerStatuses[*].state.terminated.reason}' | grep -q "$1"; do
    ((SECONDS < deadline))
    sleep 0.3
  done
}

@test "values that the schema does not know are refused" {
  run "$HELM" template x "$CHART" --set demo.crash=later
  [[ "$status" != 0 && "$output" == *"demo"*"crash"* ]]
  run "$HELM" template x "$CHART" --set replicas=3
  [[ "$status" != 0 && "$output" == *"replicas"* ]]
}

@test "with autoscaling on, the Deployment names no replicas" {
  run "$HELM" template x "$CHART" --set autoscaling.enabled=true --show-only templates/deployment.yaml
  [[ "$status" == 0 && "$output" != *"replicas:"* ]]
}
