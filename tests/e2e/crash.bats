#!/usr/bin/env bats
# kill -9 of the agent at every place that matters: the next agent goes on, and whoever follows hears all of it once.

load helper

setup_file() {
  need_cluster
  fresh_namespace e2e-crash
}

setup() {
  need_cluster
  namespace=e2e-crash
  folder=$BATS_TEST_TMPDIR
}

teardown() { stop_agent -KILL; }

agent_is_gone() { ! kill -0 "$agent_pid" 2>/dev/null; }
client_is_gone() { ! kill -0 "$client" 2>/dev/null; }

# begin RELEASE TAG [flags...]: deploys through $agent in the background; $client is its process, $events its output.
begin() {
  events=$folder/events.$((++runs))
  leadsman deploy "$1" --chart "$root/helm/demo" --namespace "$namespace" --agent "$agent" --output json \
    --set "image.tag=$2" --set replicaCount=1 --set preStopSeconds=0 --timeout 30s "${@:3}" >"$events" 2>"$events.err" 3>&- &
  client=$!
}

# finish STATUS: waits for the client, and holds what it has heard against the rules.
finish() {
  wait_for 60 "the client to end" client_is_gone
  local ended=0
  wait "$client" || ended=$?
  jq -s -c '[.[].seq] == [range(1; length + 1)]' "$events" | grep -qx true || { echo "a gap in the events:"; jq -c '[.seq,.kind]' "$events"; return 1; } >&2
  jq -s -c '[.[] | select(.kind == "finished")] | length == 1' "$events" | grep -qx true || { echo "not one end:"; tail -3 "$events"; return 1; } >&2
  [[ $ended == "$1" ]] || { echo "exit $ended instead of $1:"; tail -5 "$events"; cat "$events.err"; return 1; } >&2
}

# revisions RELEASE: one a line: number, status, deployment, description.
revisions() {
  "$kubectl" -n "$namespace" get secrets -l "owner=helm,name=$1" --sort-by=.metadata.creationTimestamp -o json |
    jq -r '.items[] | [.metadata.labels.version, .metadata.labels.status, .metadata.labels["leadsman/deployment"] // "-"] | join(" ")'
}

# check_revisions RELEASE: this deployment made one upgrade that was completed and, having been killed once, no more than
# one that was interrupted; nothing is left pending.
check_revisions() {
  local now id mine
  now=$(revisions "$1")
  id=$(jq -s -r '.[0].data.id' "$events")
  mine=$(grep " $id\$" <<<"$now" || true)
  if grep -q ' pending' <<<"$now"; then echo "left pending:"; echo "$now"; return 1; fi >&2
  (($(grep -cE ' (deployed|superseded) ' <<<"$mine") == 1)) || { echo "not one completed revision of $id:"; echo "$now"; return 1; } >&2
  (($(grep -cE ' failed ' <<<"$mine") <= 1)) || { echo "too many interrupted ones of $id:"; echo "$now"; return 1; } >&2
  (($(grep -cE ' deployed ' <<<"$now") == 1)) || { echo "not one deployed:"; echo "$now"; return 1; } >&2
}

# die_at FAILPOINT EXIT RELEASE TAG [flags...]: deploys, dies there, comes back, and all is well in the end.
die_at() {
  local point=$1 status=$2 release=$3
  LEADSMAN_FAILPOINT=$point start_agent "$folder/agent"
  begin "${@:3}"
  wait_for 30 "the agent to die at $point" agent_is_gone
  start_agent "$folder/agent"
  finish "$status"
  check_revisions "$release"
  stop_agent
  echo "# $point: $(jq -s -c '.[-1].data | [.phase, .reason, .revision]' "$events")" >&2
}

untested=(--set tests.enabled=false --tests skip)
# Without tests, and they are required: fails as soon as it is deployed, and goes back.
failing=(--set tests.enabled=false --prove-tests=false)

ready_release() {
  start_agent "$folder/agent"
  begin "$1" v1 "${@:2}"
  finish 0
  stop_agent
}

@test "upgrade: the next agent goes on" {
  ready_release up "${untested[@]}"
  die_at before-save.upgrade 0 up v2 "${untested[@]}"
  die_at after-save.upgrade 0 up v1 "${untested[@]}"
  die_at after-effect.upgrade 0 up v2 "${untested[@]}"
  die_at after-done.upgrade 0 up v1 "${untested[@]}"
  [ "$(live_image up-demo)" = leadsman/demo:v1 ]
}

@test "a first installation: the next agent goes on" {
  die_at after-save.upgrade 0 first v2 "${untested[@]}"
  [ "$(live_image first-demo)" = leadsman/demo:v2 ]
}

# notes_in FILE: how often it says that the number is passed as text.
notes_in() { grep -o 'config.ACCOUNT is passed as text' "$1" | wc -l; }

# bats test_tags=long
@test "look: what there is to know about the values is said once, and in the plan" {
  local point numbered=("${untested[@]}" --set config.ACCOUNT=12345678)
  for point in before-save after-save after-effect after-done; do
    die_at "$point.look" 0 told v1 "${numbered[@]}"
    [ "$(jq -r 'select(.kind == "warning") | .message' "$events" | notes_in /dev/stdin)" -eq 1 ]
    "$LEADSMAN_HELM" -n "$namespace" uninstall told --wait >/dev/null
  done
  start_agent "$folder/agent"
  leadsman plan told --chart "$root/helm/demo" --namespace "$namespace" --agent "$agent" "${numbered[@]}" >"$folder/plan.out"
  cat "$folder/plan.out"
  [ "$(notes_in "$folder/plan.out")" -eq 1 ]
}

# bats test_tags=long
@test "test: the next agent goes on" {
  ready_release tested
  die_at before-save.test 0 tested v2
  die_at after-save.test 0 tested v1
  die_at after-effect.test 0 tested v2
  die_at after-done.test 0 tested v1
  [ "$(live_image tested-demo)" = leadsman/demo:v1 ]
}

# bats test_tags=long
@test "record and the very end: the next agent goes on" {
  ready_release noted "${untested[@]}"
  die_at before-save.record 0 noted v2 "${untested[@]}"
  die_at after-save.record 0 noted v1 "${untested[@]}"
  die_at after-effect.record 0 noted v2 "${untested[@]}"
  die_at after-done.record 0 noted v1 "${untested[@]}"
  die_at before-finish 0 noted v2 "${untested[@]}"
  run leadsman history noted --namespace "$namespace"
  [[ $output == *verified* ]]
}

# bats test_tags=long
@test "rollback: the next agent goes on" {
  ready_release back "${untested[@]}"
  local point
  for point in before-save after-save after-effect after-done; do
    die_at "$point.rollback" 1 back v2 "${failing[@]}"
    jq -s -e '.[-1].data | .phase == "rolled_back" and .rollback == "succeeded"' "$events" >/dev/null
    [ "$(live_image back-demo)" = leadsman/demo:v1 ]
  done
  # Each time the upgrade and one rollback, and never a second one.
  [ "$("$LEADSMAN_HELM" -n "$namespace" history back -o json | jq '[.[] | select(.description | startswith("Rollback to"))] | length')" -eq 4 ]
}

# bats test_tags=long
@test "prove: the next agent goes on" {
  ready_release proved "${untested[@]}"
  local point
  for point in before-save after-save after-effect after-done; do
    die_at "$point.prove" 1 proved v2 "${failing[@]}"
    jq -s -e '.[-1].data | .phase == "rolled_back" and .rollback == "succeeded"' "$events" >/dev/null
    jq -s -e '[.[] | select(.kind == "proof") | .data.ok] | length >= 1 and all' "$events" >/dev/null
    [ "$(live_image proved-demo)" = leadsman/demo:v1 ]
  done
}

has_pending() { revisions "$1" | grep -q ' pending'; }
helm_of_agent() { pgrep -P "$agent_pid" -f 'helm .*upgrade'; }

@test "kill -9 while helm runs: helm dies with the agent, the next one makes the upgrade again" {
  ready_release cut "${untested[@]}"
  start_agent "$folder/agent"
  begin cut v2 --set demo.startDelay=3s "${untested[@]}"
  wait_for 30 "helm upgrade to run" helm_of_agent
  wait_for 10 "its revision to be pending" has_pending cut
  local helm
  helm=$(helm_of_agent | tail -1)
  helm_is_gone() { ! kill -0 "$helm" 2>/dev/null; }
  stop_agent -KILL
  wait_for 3 "helm to die with the agent" helm_is_gone
  start_agent "$folder/agent"
  finish 0
  check_revisions cut
  [ "$(live_image cut-demo)" = leadsman/demo:v2 ]
}
