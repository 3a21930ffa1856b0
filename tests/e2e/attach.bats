#!/usr/bin/env bats
# A deployment belongs to its workflow run, not to the client that began it: a job that is run again finds it.

load helper
load followers

setup_file() {
  need_cluster
  namespace=e2e-attach
  fresh_namespace "$namespace"
  start_agent "$BATS_FILE_TMPDIR/agent"
  export agent agent_pid
  deploy shop v1 --agent "$agent"
}

teardown_file() {
  stop_agent
  need_cluster
  "$kubectl" delete namespace e2e-attach-staging e2e-attach-production --ignore-not-found --wait=false >/dev/null
}

setup() {
  need_cluster
  namespace=e2e-attach
  first=$BATS_TEST_TMPDIR/first
  again=$BATS_TEST_TMPDIR/again
}

teardown() {
  local file
  for file in "$first" "$again"; do
    [[ -e $file ]] && { echo "--- $file"; jq -r '"\(.seq) \(.kind) \(.message)"' "$file"; cat "$file.err"; } >&2
  done
  true
}

revisions() { "$LEADSMAN_HELM" -n "$namespace" history shop -o json | jq length; }

# kill_midway: the client of "$first" dies as hard as can be while helm is at work.
kill_midway() {
  wait_for 30 "helm to be at work" begun "$first" upgrade
  kill -KILL "$1"
  wait_client "$1"
  [ "$code" -eq 137 ]
  run jq -s -e 'any(.[]; .kind == "finished")' "$first"
  [ "$status" -ne 0 ]
}

has_ended() { leadsman follow "$1" --agent "$agent" --output json | jq -s -e '.[-1].kind == "finished"'; }
from_the_first_event_without_a_gap() { jq -s -e '[.[].seq] == [range(1; length + 1)]' "$1"; }

@test "the client is killed: the rollout goes on, and the next attempt hears all of it" {
  local before
  before=$(revisions)
  job 1001 1 shop v2 --set demo.startDelay=5s --agent "$agent" >"$first" 2>"$first.err" &
  kill_midway $!
  code=0
  (job 1001 2 shop v2 --set demo.startDelay=5s --agent "$agent" >"$again" 2>"$again.err") || code=$?
  [ "$code" -eq 0 ]
  [ "$(deployment_of "$again")" = "$(deployment_of "$first")" ]
  grep -q "attached to deployment $(deployment_of "$first") (started by run 1001 attempt 1)" "$again.err"
  from_the_first_event_without_a_gap "$again"
  # What the dead client had heard is the beginning of what the new one hears.
  cmp "$first" <(head -c "$(stat -c %s "$first")" "$again")
  jq -s -e '[.[] | select(.kind == "attached")] | length == 1 and (.[0].message | contains("run attempt 2"))' "$again"
  [ $(($(revisions) - before)) -eq 1 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

@test "it has succeeded meanwhile: the next attempt says so, and deploys nothing" {
  local before
  before=$(revisions)
  job 1002 1 shop v3 --set demo.startDelay=2s --agent "$agent" >"$first" 2>"$first.err" &
  kill_midway $!
  wait_for 60 "the rollout to end by itself" has_ended "$(deployment_of "$first")"
  code=0
  (job 1002 2 shop v3 --set demo.startDelay=2s --agent "$agent" >"$again" 2>"$again.err") || code=$?
  [ "$code" -eq 0 ]
  [ "$(deployment_of "$again")" = "$(deployment_of "$first")" ]
  from_the_first_event_without_a_gap "$again"
  jq -s -e '.[-1].data | .phase == "succeeded" and .reason == "Deployed"' "$again"
  [ $(($(revisions) - before)) -eq 1 ]
}

# bats test_tags=long
@test "it was rolled back: the same attempt hears that, a later one tries again" {
  code=0
  (job 1003 1 shop v2 --set tests.fail=true --agent "$agent" >"$first" 2>"$first.err") || code=$?
  [ "$code" -eq 1 ]
  code=0
  (job 1003 1 shop v2 --set tests.fail=true --agent "$agent" >"$again" 2>"$again.err") || code=$?
  [ "$code" -eq 1 ]
  [ "$(deployment_of "$again")" = "$(deployment_of "$first")" ]
  code=0
  (job 1003 2 shop v2 --set tests.fail=true --agent "$agent" >"$again" 2>"$again.err") || code=$?
  [ "$code" -eq 1 ]
  [ "$(deployment_of "$again")" != "$(deployment_of "$first")" ]
  jq -s -e '[.[] | select(.kind == "step" and .data.step == "upgrade" and .data.status == "done")] | length == 1' "$again"
}

@test "the same step with other content is a conflict while the first is at work" {
  job 1004 1 shop v2 --set demo.startDelay=4s --agent "$agent" >"$first" 2>"$first.err" &
  local client=$!
  wait_for 30 "helm to be at work" begun "$first" upgrade
  code=0
  (job 1004 1 shop v3 --agent "$agent" >"$again" 2>"$again.err") || code=$?
  [ "$code" -eq 4 ]
  grep -q "$(deployment_of "$first")" "$again.err"
  rm "$again"
  wait_client "$client"
  [ "$code" -eq 0 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

@test "staging and production in one job are two deployments" {
  local folder=$BATS_TEST_TMPDIR/job place
  mkdir "$folder"
  cat >"$folder/leadsman.yaml" <<YAML
releases:
  shop:
    chart: $root/helm/demo
    set: [image.tag=v1, replicaCount=1, preStopSeconds=0]
    create-namespace: true
    timeout: 60s
environments:
  staging: {namespace: e2e-attach-staging}
  production: {namespace: e2e-attach-production}
YAML
  for place in staging production; do
    (cd "$folder" && as_job 1005 1 web deploy "$LEADSMAN_BIN/leadsman" deploy shop --environment "$place" --agent "$agent" \
      --output json) >"$folder/$place" 2>"$folder/$place.err" || { cat "$folder/$place.err"; false; }
    namespace=e2e-attach-$place
    [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
  done
  [ "$(deployment_of "$folder/staging")" != "$(deployment_of "$folder/production")" ]
  [ ! -s "$folder/production.err" ]
}

# bats test_tags=long
@test "two legs of a matrix, and two steps of one job, are deployments of their own" {
  (job 1006 1 shop v1 --agent "$agent" >"$first" 2>"$first.err")
  deploy_words shop v1 --agent "$agent"
  (as_job 1006 1 web deploy-again "${words[@]}" >"$again" 2>"$again.err")
  [ "$(deployment_of "$again")" != "$(deployment_of "$first")" ]
  local leg ids=
  for leg in one two one; do
    ids+="$(INPUT_COMMAND=deploy INPUT_RELEASE=shop INPUT_CHART=$root/helm/demo INPUT_NAMESPACE=$namespace INPUT_AGENT=$agent \
      INPUT_SET=$'image.tag=v1\nreplicaCount=1\npreStopSeconds=0' INPUT_TIMEOUT=60s INPUT_MATRIX="{\"leg\":\"$leg\"}" INPUT_STEP=deploy-leg \
      job_action | sed -n 's/^deployment //p') "
  done
  read -r one two once_more <<<"$ids"
  [ -n "$one" ] && [ "$one" != "$two" ] && [ "$one" = "$once_more" ]
}

job_action() { (as_job 1006 1 web __self "$LEADSMAN_BIN/leadsman" action); }
