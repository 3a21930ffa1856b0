#!/usr/bin/env bats
# The agent as its chart installs it: in a pod under the restricted standard, reached over TLS from outside of the
# cluster's pods. The tests build on each other, from the installation to the removal.
# bats file_tags=long

load helper
load incluster

setup_file() {
  need_cluster
  [[ -n "${LEADSMAN_TEST_CLUSTER:-}" ]] || skip "LEADSMAN_TEST_CLUSTER is not set"
  settle_names
  furnish_cluster
}

teardown_file() {
  if [[ -n "${LEADSMAN_TEST_CLUSTER:-}" && -n "${LEADSMAN_TEST_KUBECONFIG:-}" ]]; then
    need_cluster
    "$kubectl" uncordon -l kubernetes.io/os=linux
    settle_names
    clear_away
  fi
}

setup() {
  need_cluster
  settle_names
  namespace=e2e-shop
}

teardown() {
  # Shown only when a test fails.
  "$kubectl" -n e2e-agent get pods -o wide || true
  "$kubectl" -n e2e-agent logs leadsman-agent-0 --tail=40 || true
}

agent_uid() { "$kubectl" -n e2e-agent get pod leadsman-agent-0 -o 'jsonpath={.metadata.uid}'; }
agent_is_another_than() { [[ $(agent_uid) != "$1" ]]; }
agent_is_ready() { "$kubectl" -n e2e-agent wait pod/leadsman-agent-0 --for=condition=Ready --timeout=1s; }

@test "the namespace enforces the restricted standard" {
  run "$kubectl" -n e2e-agent run trespasser --image=leadsman/demo:v1 --dry-run=server
  [[ $status != 0 && $output == *'violates PodSecurity "restricted'* ]]
}

@test "installed by helm the agent becomes ready" {
  run install_agent
  [ "$status" -eq 0 ]
  [[ $output != *Warning* && $output == *"helm -n e2e-agent test leadsman-agent"* ]]
  agent_is_ready
  [ "$("$kubectl" -n e2e-agent get pvc state-leadsman-agent-0 -o 'jsonpath={.status.phase} {.spec.accessModes[0]}')" = "Bound ReadWriteOncePod" ]
}

@test "there is no shell in the image, and nothing of it can be written" {
  run "$kubectl" -n e2e-agent exec leadsman-agent-0 -- /bin/sh -c true
  [[ $status != 0 && $output == *"no such file or directory"* ]]
  run "$kubectl" -n e2e-agent exec leadsman-agent-0 -- /usr/bin/leadsman key generate --out /usr/bin/key
  [[ $status != 0 && $output == *"Read-only file system"* ]]
}

@test "the chart's test passes: reachable by name, trusted, ready, and the permissions are there" {
  run "$LEADSMAN_HELM" test leadsman-agent --namespace e2e-agent --logs --timeout 60s
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *"that are needed by every release in e2e-shop"* && $output == *"Kubernetes v"* ]]
  [ -z "$("$kubectl" -n e2e-agent get pods -l app.kubernetes.io/name=leadsman-agent-test -o name)" ]
}

@test "a signed deployment from outside is deployed, tested and verified" {
  run deploy_in e2e-shop v1
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *"tests passed"* ]]
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
  run outside history shop --namespace e2e-shop
  [[ $output == *verified* ]]
}

@test "the figures count it" {
  run in_cluster curl --silent --fail --cacert "$ca" "$address/metrics"
  [ "$status" -eq 0 ]
  grep -qx 'leadsman_deployments_ended_total{phase="succeeded"} 1' <<<"$output"
  grep -qx 'leadsman_deployments_ended_total{phase="failed"} 0' <<<"$output"
  grep -qx 'leadsman_failed_ways_back_total 0' <<<"$output"
  grep -q '^leadsman_build_info{helm="v4' <<<"$output"
}

@test "a namespace in which it has no rights gets one clear error, and nothing there is touched" {
  run deploy_in e2e-closed v1 --output json
  echo "$output"
  [ "$status" -eq 3 ]
  jq -s -e '.[-1].data | .phase == "failed" and .reason == "Forbidden"' <<<"$output"
  jq -s -e '[.[] | select(.kind == "finished")] | length == 1 and (.[0].message | test("leases") and test("forbidden") and test("e2e-closed"))' <<<"$output"
  [ "$("$kubectl" -n e2e-closed get all,secrets,leases,configmaps -o name)" = configmap/kube-root-ca.crt ]
}

@test "a key that the agent does not know is refused" {
  leadsman key generate --out "$BATS_TEST_TMPDIR/stranger"
  key=$BATS_TEST_TMPDIR/stranger run deploy_in e2e-shop v2
  [ "$status" -eq 4 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
}

# begin TAG [flags...]: deploys in the background; $client is its process, $events what it hears.
begin() {
  events=$BATS_TEST_TMPDIR/events
  deploy_in e2e-shop "$1" --output json "${@:2}" >"$events" 2>"$events.err" 3>&- &
  client=$!
}

client_is_gone() { ! kill -0 "$client" 2>/dev/null; }

# finish: the client hears every event once, to a good end.
finish() {
  local ended=0
  wait_for 240 "the client to end" client_is_gone
  wait "$client" || ended=$?
  [[ $ended == 0 ]] || { echo "exit $ended"; tail -5 "$events"; cat "$events.err"; return 1; } >&2
  jq -s -e '[.[].seq] == [range(1; length + 1)]' "$events"
  jq -s -e '[.[] | select(.kind == "finished") | .data.phase] == ["succeeded"]' "$events"
}

upgrade_runs() { grep -q '"step":"upgrade"' "$events" && "$LEADSMAN_HELM" -n e2e-shop status shop -o json | jq -e '.info.status == "pending-upgrade"'; }

# completed_once BEFORE: of the revisions since, one is deployed, at most one was interrupted, and nothing is pending.
completed_once() {
  "$LEADSMAN_HELM" -n e2e-shop history shop -o json | jq -e --argjson before "$1" '
    [.[] | select(.revision > $before) | .status]
    | (map(select(. == "deployed")) | length == 1) and (map(select(. == "failed")) | length <= 1) and all(IN("deployed", "failed"))'
}

# Taken up in the middle of a step, not begun again: one creation, one plan.
was_taken_up() {
  jq -s -e '[.[] | select(.kind == "step" and (.message | test("taken up again after a restart")))] | length >= 1' "$events"
  jq -s -e '[.[] | select(.kind == "created" or .kind == "planned") | .kind] == ["created", "planned"]' "$events"
}

@test "the pod is deleted in the middle of an upgrade: the next pod goes on with the same deployment" {
  local pod before
  pod=$(agent_uid)
  before=$(revision)
  begin v2 --set demo.startDelay=20s
  wait_for 60 "helm to be at it" upgrade_runs
  "$kubectl" -n e2e-agent delete pod leadsman-agent-0 --wait=false
  finish
  agent_is_another_than "$pod"
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
  completed_once "$before"
  was_taken_up
}

last_test_runs() {
  [[ $("$kubectl" -n e2e-shop get pods -l batch.kubernetes.io/job-name=shop-demo-test-version -o 'jsonpath={.items[*].status.phase}') == Running ]]
}
agent_is_pending() { [[ $("$kubectl" -n e2e-agent get pod leadsman-agent-0 -o 'jsonpath={.status.phase}') == Pending ]]; }

@test "its node is drained while helm tests: helm is given the time, and the next pod goes on behind the tests" {
  local pod before node
  pod=$(agent_uid)
  before=$(revision)
  node=$("$kubectl" get nodes -o 'jsonpath={.items[0].metadata.name}')
  begin v1 --set demo.delay=4s
  wait_for 120 "the last test to run" last_test_runs
  "$kubectl" drain "$node" --pod-selector app.kubernetes.io/name=leadsman-agent --ignore-daemonsets --delete-emptydir-data --timeout 300s
  wait_for 60 "the next pod to wait for a node" agent_is_pending
  "$kubectl" uncordon "$node"
  finish
  agent_is_another_than "$pod"
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
  completed_once "$before"
  # Begun once, ended once.
  jq -s -e '[.[] | select(.kind == "step" and .data.step == "test") | .data.status] | length == 2 and .[1] == "done"' "$events"
  jq -s -e '[.[] | select(.kind == "created" or .kind == "planned") | .kind] == ["created", "planned"]' "$events"
}

@test "the agent is upgraded in the middle of a deployment: the plan survives" {
  local pod before
  pod=$(agent_uid)
  before=$(revision)
  begin v3 --set demo.startDelay=20s
  wait_for 60 "helm to be at it" upgrade_runs
  install_agent --set log.level=debug
  agent_is_another_than "$pod"
  finish
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
  completed_once "$before"
  was_taken_up
}

served_serial() { in_cluster openssl s_client -connect "${address#https://}" </dev/null 2>/dev/null | openssl x509 -noout -serial; }
serves_another_than() { [[ $(served_serial) != "$1" ]]; }

@test "a renewed certificate is served by the same pod" {
  local pod before
  pod=$(agent_uid)
  before=$(served_serial)
  make_certificate
  # The kubelet looks at Secrets every minute or so.
  wait_for 180 "the new certificate to be served" serves_another_than "$before"
  [ "$(agent_uid)" = "$pod" ]
  outside doctor --namespace e2e-shop
}

claim_is_gone() { ! "$kubectl" -n e2e-agent get pvc state-leadsman-agent-0; }
pod_is_gone() { ! "$kubectl" -n e2e-agent get pod leadsman-agent-0; }

@test "uninstalled it leaves nothing behind, and what it deployed stays" {
  "$LEADSMAN_HELM" uninstall leadsman-agent --namespace e2e-agent --wait --timeout 60s
  wait_for 60 "the claim to go" claim_is_gone
  wait_for 30 "the pod to go" pod_is_gone
  local kinds left
  kinds=$("$kubectl" api-resources --verbs=list -o name | grep -vE '^(events|endpointslices)' | paste -sd,)
  left=$("$kubectl" get "$kinds" --all-namespaces -l app.kubernetes.io/instance=leadsman-agent -o name)
  [ -z "$left" ]
  [ "$(helm_status shop)" = deployed ]
  # As docs/operations.md says for the releases' own leases and ledgers.
  "$kubectl" -n e2e-shop delete lease,configmap -l app.kubernetes.io/managed-by=leadsman
  run "$kubectl" -n e2e-shop get leases,configmaps -o name
  [[ $output != *leadsman* ]]
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
}
