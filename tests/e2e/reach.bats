#!/usr/bin/env bats
# What a key may reach: the objects of a chart may be in the namespaces of the key's releases and nowhere else, whatever
# the agent itself may.

load helper

setup_file() {
  need_cluster
  fresh_namespace e2e-reach
  fresh_namespace e2e-reach-other
  "$kubectl" delete clusterrole e2e-reach --ignore-not-found
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  local name
  for name in team wide; do
    leadsman key generate --out "$BATS_FILE_TMPDIR/$name" | sed -n 's/.*public-key: //p' >"$BATS_FILE_TMPDIR/$name.public"
  done
  export port
}

teardown_file() {
  if [[ -n "${LEADSMAN_TEST_KUBECONFIG:-}" ]]; then
    need_cluster
    "$kubectl" delete clusterrole e2e-reach --ignore-not-found
  fi
}

setup() {
  need_cluster
  namespace=e2e-reach
  other=e2e-reach-other
  address=http://127.0.0.1:$port
  folder=$BATS_TEST_TMPDIR/agent
  cd "$BATS_TEST_TMPDIR"
  mkdir -p chart/templates
  printf 'apiVersion: v2\nname: tiny\nversion: 1.0.0\n' >chart/Chart.yaml
  config_map '{{ .Release.Name }}' "$namespace" >chart/templates/inside.yaml
  begin_agent
}

teardown() { stop_agent -KILL; }

# "team" is limited to the namespace; "wide" may change what belongs to the cluster, too.
begin_agent() {
  start_agent "$folder" "access:
  keys:
    - {name: team, public-key: \"$(<"$BATS_FILE_TMPDIR/team.public")\", may: [read, deploy, rollback, cancel], releases: [$namespace/*]}
    - {name: wide, public-key: \"$(<"$BATS_FILE_TMPDIR/wide.public")\", may: [read, deploy, rollback, cancel], releases: [$namespace/*], cluster-scoped: true}" "127.0.0.1:$port"
}

# config_map NAME NAMESPACE [ANNOTATION]
config_map() {
  printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: %s, annotations: {%s}}\ndata: {a: b}\n' "$1" "$2" "${3:-}"
}

cluster_role() {
  printf 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: e2e-reach}\nrules: []\n'
}

# as KEY command...: over TCP, signed; its events are in the file "events".
as() {
  leadsman "${@:2}" --agent "$address" --key "$BATS_FILE_TMPDIR/$1" --output json >events 2>errors
}

# as_key_deploys KEY RELEASE [flags...]: the chart of this test.
as_key_deploys() {
  as "$1" deploy "$2" --chart chart --namespace "$namespace" --tests skip --timeout 60s "${@:3}"
}

last_is() { jq -s -e ".[-1] | $1" events; }

# refused STATUS WORDS...: declined for its reach, with these words, and helm has made no revision of "x".
refused() {
  tail -1 events
  [ "$1" -eq 4 ]
  last_is '.data | .phase == "declined" and .reason == "OutOfReach"'
  local words
  for words in "${@:2}"; do last_is ".message | contains(\"$words\")"; done
  [ -z "$("$kubectl" -n "$namespace" get secrets -l owner=helm,name=x -o name)" ]
}

nothing_elsewhere() { [ "$("$kubectl" -n "$other" get configmaps,secrets -o name)" = configmap/kube-root-ca.crt ]; }

@test "within its namespaces a key deploys, upgrades and tests as ever" {
  local tag
  for tag in v1 v2; do
    as team deploy shop --chart "$root/helm/demo" --namespace "$namespace" --set "image.tag=$tag" --set replicaCount=1 --set preStopSeconds=0 --timeout 60s
    last_is '.data.reason == "Deployed"'
    [ "$(live_image shop-demo)" = "leadsman/demo:$tag" ]
  done
  # Nothing in the release tells of the check before it.
  run "$LEADSMAN_HELM" -n "$namespace" get all shop
  [[ $output != *postrenderer* ]]
  run leadsman plan shop --chart "$root/helm/demo" --namespace "$namespace" --set image.tag=v2 --set replicaCount=1 --set preStopSeconds=0 --agent "$address" --key "$BATS_FILE_TMPDIR/team"
  echo "$output"
  [[ $status == 0 && $output == *"nothing to change"* ]]
}

@test "an object in another namespace is refused by name before anything is touched" {
  config_map outside "$other" >chart/templates/outside.yaml
  run as_key_deploys team x
  refused "$status" "ConfigMap $other/outside" "works in $namespace, not on objects of the whole cluster" "nothing was changed"
  nothing_elsewhere
}

@test "so is a hook, and so is a test" {
  local event
  for event in pre-install test; do
    config_map outside "$other" "helm.sh/hook: $event" >chart/templates/outside.yaml
    run as_key_deploys team x
    refused "$status" "ConfigMap $other/outside"
  done
  nothing_elsewhere
}

@test "an object of the whole cluster needs a key that may" {
  cluster_role >chart/templates/role.yaml
  run as_key_deploys team x
  refused "$status" "ClusterRole e2e-reach (of the whole cluster)" 'widen `cluster-scoped`'
  run "$kubectl" get clusterrole e2e-reach
  [ "$status" -ne 0 ]
  as_key_deploys wide role
  "$kubectl" get clusterrole e2e-reach
}

@test "a kind that comes with the chart belongs to the cluster unless it names a namespace" {
  printf 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n' >chart/templates/widget.yaml
  run as_key_deploys team x
  # helm itself may know no such kind; either way nothing is made.
  [ "$status" -ne 0 ]
  [ -z "$("$kubectl" -n "$namespace" get secrets -l owner=helm,name=x -o name)" ]
}

@test "what a crds/ folder holds is left out for one key and held against the reach of the other" {
  # helm's lint looks at the folder of the chart itself, not at those of its subcharts.
  mkdir -p chart/charts/sub/crds
  printf 'dependencies: [{name: sub, version: 1.0.0}]\n' >>chart/Chart.yaml
  printf 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' >chart/charts/sub/Chart.yaml
  config_map smuggled "$other" >chart/charts/sub/crds/any.yaml
  run as_key_deploys wide x
  refused "$status" "ConfigMap $other/smuggled"
  as_key_deploys team crds
  jq -s -e 'any(.[]; .kind == "warning" and (.message | contains("crds/ is left out")))' events
  nothing_elsewhere
}

@test "a chart that renders something else for the upgrade than for the check changes nothing" {
  cat >chart/templates/outside.yaml <<YAML
{{- if lookup "v1" "ConfigMap" "$namespace" "armed" }}
$(config_map outside "$other")
{{- end }}
YAML
  stop_agent
  LEADSMAN_FAILPOINT=after-done.preflight begin_agent
  as_key_deploys team x 3>&- &
  local client=$! status=0
  wait "$agent_pid" || true
  config_map armed "$namespace" | "$kubectl" apply -f -
  begin_agent
  wait "$client" || status=$?
  "$kubectl" -n "$namespace" delete configmap armed
  refused "$status" "rendered something else" "before it changed the release"
  nothing_elsewhere
}

@test "a plan is refused in the same words, and shows nothing of what is out of reach" {
  config_map outside "$other" >chart/templates/outside.yaml
  run leadsman plan x --chart chart --namespace "$namespace" --agent "$address" --key "$BATS_FILE_TMPDIR/team"
  echo "$output"
  [ "$status" -eq 4 ]
  [[ $output == *"would be refused: OutOfReach"* && $output == *"ConfigMap $other/outside"* ]]
  [[ $output != *create* ]]
}

@test "the agent's own user has no limits; a key may neither remove nor bring back what such a release holds elsewhere" {
  config_map outside "$other" >chart/templates/outside.yaml
  leadsman deploy both --chart chart --namespace "$namespace" --tests skip --agent "$agent"
  "$kubectl" -n "$other" get configmap outside
  rm chart/templates/outside.yaml
  run as_key_deploys team both
  [ "$status" -eq 4 ]
  last_is '.data.reason == "OutOfReach"'
  "$kubectl" -n "$other" get configmap outside
  leadsman deploy both --chart chart --namespace "$namespace" --tests skip --agent "$agent"
  nothing_elsewhere
  run as team rollback 1 --release both --namespace "$namespace" --reason "to look"
  [ "$status" -eq 4 ]
  last_is '.data | .phase == "declined" and .reason == "OutOfReach"'
  last_is ".message | contains(\"ConfigMap $other/outside\")"
  nothing_elsewhere
  [ "$("$LEADSMAN_HELM" -n "$namespace" history both -o json | jq length)" -eq 2 ]
}
