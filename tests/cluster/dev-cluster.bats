#!/usr/bin/env bats
# Clusters in namespaces of this machine. Needs root and what scripts/install-deps --cluster installs.
# bats file_tags=long

# shellcheck source=tests/cluster/machine.bash
setup_file() {
  ((EUID == 0)) || skip "needs root"
  export LEADSMAN_CLUSTER=namespaces
  export SCRIPTS=$BATS_TEST_DIRNAME/../../scripts
  export OURS=bats-$$
  export FIRST=$OURS-a SECOND=$OURS-b
  source "$BATS_TEST_DIRNAME/machine.bash"
  "$SCRIPTS/fetch-tools" kubectl devcluster devdns pause demo-app contour gateway-crds envoy prometheus
  machine_state >"$BATS_FILE_TMPDIR/before"
  "$SCRIPTS/dev-cluster" up "$FIRST"
}

teardown_file() {
  "$SCRIPTS/dev-cluster" down "$FIRST"
  "$SCRIPTS/dev-cluster" down "$SECOND"
}

setup() {
  source "$BATS_TEST_DIRNAME/machine.bash"
}

dev_cluster() {
  "$SCRIPTS/dev-cluster" "$@"
}

kubectl_on() {
  local name=$1
  shift
  "$("$SCRIPTS/tool-path" kubectl)" --kubeconfig "$(dev_cluster kubeconfig "$name")" "$@"
}

pid_of() {
  cut -d ' ' -f 1 "/var/lib/leadsman-dev/$1/run/$2.pid"
}

@test "a second up changes nothing and is quick" {
  node=$(pid_of "$FIRST" node)
  SECONDS=0
  run dev_cluster up "$FIRST"
  ((status == 0 && SECONDS <= 3))
  [[ "$output" == *"is up already"* ]]
  [[ "$(pid_of "$FIRST" node)" == "$node" ]]
}

@test "the host reaches the API server through loopback with client certificates" {
  run kubectl_on "$FIRST" auth whoami -o jsonpath='{.status.userInfo.username}'
  [[ "$status" == 0 && "$output" == admin ]]
}

@test "exec reaches the same API server from inside, with KUBECONFIG set" {
  run dev_cluster exec "$FIRST" "$("$SCRIPTS/tool-path" kubectl)" get nodes -o name
  [[ "$status" == 0 && "$output" == "node/$FIRST" ]]
}

@test "exec passes on exit status and arguments as they are" {
  run dev_cluster exec "$FIRST" bash -c 'printf "<%s>" "$@"; exit 7' _ 'a b' '' '*'
  [[ "$status" == 7 && "$output" == '<a b><><*>' ]]
}

@test "up starts again what has crashed" {
  kill -KILL "$(pgrep -P "$(pid_of "$FIRST" kube-scheduler)")"
  run dev_cluster status "$FIRST"
  [[ "$status" == 1 && "$output" == *"kube-scheduler"*"NOT RUNNING"* ]]
  dev_cluster up "$FIRST"
  dev_cluster status "$FIRST"
}

@test "a cluster gets a gateway and Prometheus later, on addresses of the host and of its pods" {
  run dev_cluster address "$FIRST" gateway
  [[ "$status" == 1 && "$output" == *"has no gateway"* ]]
  dev_cluster up "$FIRST" --with gateway,prometheus
  # No route yet: Envoy listens for the first one only.
  [[ "$(kubectl_on "$FIRST" get crd httproutes.gateway.networking.k8s.io -o name)" ]]
  curl --silent --fail "http://$(dev_cluster address "$FIRST" prometheus)/-/ready"
  dev_cluster exec "$FIRST" curl --silent --fail "http://$(dev_cluster address "$FIRST" prometheus --inside)/-/ready"
}

@test "up starts them again without being told to have them" {
  for daemon in envoy contour prometheus; do
    dev_cluster signal "$FIRST" "$daemon" KILL
  done
  run dev_cluster status "$FIRST"
  [[ "$status" == 1 && "$output" == *"envoy"*"NOT RUNNING"* ]]
  dev_cluster up "$FIRST"
  run dev_cluster status "$FIRST"
  [[ "$status" == 0 && "$output" == *"gateway "*"127.0.0.1:"*"prometheus "*"127.0.0.1:"*healthy* ]]
}

@test "what a cluster cannot have is refused" {
  run dev_cluster up "$FIRST" --with gateway,ingress
  [[ "$status" == 1 && "$output" == *'no "ingress"'*"gateway prometheus"* ]]
  run dev_cluster up "$FIRST" --without gateway
  [[ "$status" == 1 && "$output" == *"no option --without"* ]]
}

@test "two clusters stand side by side and do not see each other" {
  dev_cluster up "$SECOND"
  [[ "$(kubectl_on "$FIRST" get nodes -o name)" == "node/$FIRST" ]]
  [[ "$(kubectl_on "$SECOND" get nodes -o name)" == "node/$SECOND" ]]
  run kubectl_on "$SECOND" --kubeconfig "$(dev_cluster kubeconfig "$FIRST")" get nodes -o name
  [[ "$output" == "node/$FIRST" ]]
}

@test "down ends what exec started and leaves the other cluster alone" {
  "$SCRIPTS/dev-cluster" exec "$SECOND" sleep 987654 3>&- &
  forgotten=$!
  until [[ "$(readlink /proc/$forgotten/ns/net)" == "$(readlink "/proc/$(pid_of "$SECOND" node)/ns/net")" ]]; do
    kill -0 "$forgotten"
    sleep 0.1
  done
  dev_cluster down "$SECOND"
  run wait "$forgotten"
  [[ "$status" != 0 ]]
  dev_cluster status "$FIRST"
}

@test "a cluster whose node was killed is started afresh" {
  kill -KILL "$(pid_of "$FIRST" node)"
  run dev_cluster up "$FIRST"
  [[ "$status" == 0 && "$output" == *"starting afresh"* ]]
  run dev_cluster status "$FIRST"
  [[ "$status" == 0 && "$output" == *"gateway "*"prometheus "* ]]
}

@test "down leaves nothing behind" {
  "$BATS_TEST_DIRNAME/../demo-app/build-image" "$BATS_TEST_TMPDIR/demo.tar" v1
  dev_cluster load-image "$FIRST" "$BATS_TEST_TMPDIR/demo.tar"
  kubectl_on "$FIRST" create deployment left --image leadsman/demo:v1
  kubectl_on "$FIRST" rollout status deployment/left --timeout 60s
  dev_cluster down "$FIRST"
  machine_state >"$BATS_FILE_TMPDIR/after"
  diff "$BATS_FILE_TMPDIR/before" "$BATS_FILE_TMPDIR/after"
}

@test "down of a cluster that is not there is no error" {
  run dev_cluster down "$FIRST"
  [[ "$status" == 0 && "$output" == *"is not up"* ]]
}

@test "a bad name is refused" {
  run dev_cluster up Not_A_Name
  [[ "$status" == 1 && "$output" == *"no cluster name"* ]]
}
