#!/usr/bin/env bats
# One release, several who want it: within one agent, and between agents that know each other only by the cluster's lease.

load helper
load followers

setup_file() {
  need_cluster
  namespace=e2e-lease
  fresh_namespace "$namespace"
  start_agent "$BATS_FILE_TMPDIR/agent"
  export agent agent_pid
  deploy shop v1 --agent "$agent"
}

teardown_file() { stop_agent; }

setup() {
  need_cluster
  namespace=e2e-lease
  first=$BATS_TEST_TMPDIR/first
  second=$BATS_TEST_TMPDIR/second
}

teardown() { show_streams >&2; }

# Only shown when a test failed.
show_streams() {
  local file
  for file in "$first" "$second"; do
    [[ -e $file ]] && { echo "--- $file"; jq -r '"\(.at) \(.kind) \(.message)"' "$file"; cat "$file.err"; }
  done
  true
}

# hold RUN TAG [flags...]: begins a deployment that has helm at work; $holder is its client.
hold() {
  job "$1" 1 shop "$2" "${@:3}" >"$first" 2>"$first.err" &
  holder=$!
  wait_for 30 "the first deployment to upgrade" begun "$first" upgrade
}

says_who_holds_it() {
  jq -s -e '[.[] | select(.kind == "waiting")] | length == 1 and (.[0].data
            | .repository == "example/shop" and .run_id == "'"$2"'" and (.since | fromdateiso8601? // (sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601)) > 0)
            and (.[0].message | contains("example/shop, run '"$2"', since 20"))' "$1"
}

# The second touched nothing before the first had ended.
one_after_the_other() {
  [[ $(jq -s -r '.[-1].at' "$first") < $(jq -s -r '[.[] | select(.kind == "step" and .data.step == "upgrade")][0].at' "$second") ]]
}

waits_its_turn() {
  hold 101 v2 --set demo.startDelay=4s "$@"
  job 102 1 shop v3 "$@" >"$second" 2>"$second.err" &
  wait_client $!
  [ "$code" -eq 0 ]
  wait_client "$holder"
  [ "$code" -eq 0 ]
  says_who_holds_it "$second" 101
  one_after_the_other
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
}

is_declined() {
  hold 201 v2 --set demo.startDelay=4s "$@"
  run job 202 1 shop v1 --when-busy reject "$@"
  echo "$output"
  [ "$status" -eq 4 ]
  last=$(tail -1 <<<"$output")
  jq -e '.data.phase == "declined" and .data.reason == "LeaseHeld"' <<<"$last"
  jq -e '.message | contains("example/shop, run 201, since 20")' <<<"$last"
  # The holder was not disturbed.
  wait_client "$holder"
  [ "$code" -eq 0 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

takes_its_place() {
  hold 301 v3 --set demo.neverReady=true "$@"
  run job 302 1 shop v1 --when-busy supersede "$@"
  echo "$output" >"$second"
  [ "$status" -eq 0 ]
  wait_client "$holder"
  [ "$code" -eq 6 ]
  jq -s -e '.[-1].data | .phase == "superseded" and .reason == "Superseded" and .rollback == "none"' "$first"
  jq -s -e 'any(.[]; .kind == "rollback" or .data.step? == "rollback") | not' "$first"
  one_after_the_other
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
  no_pending_revision shop
}

# bats test_tags=long
@test "one agent: the second waits, is told who has the release, and then goes" { waits_its_turn --agent "$agent"; }

@test "one agent: who does not want to wait is declined and told who has the release" { is_declined --agent "$agent"; }

@test "one agent: the newer deployment takes the place of the older one" { takes_its_place --agent "$agent"; }

@test "one agent: who is canceled while waiting has changed nothing" {
  hold 401 v2 --set demo.startDelay=4s --agent "$agent"
  job 402 1 shop v3 --agent "$agent" >"$second" 2>"$second.err" &
  local waiting=$!
  wait_for 10 "the second to wait" in_phase "$second" waiting
  leadsman cancel "$(deployment_of "$second")" --agent "$agent" --reason "not today"
  wait_client "$waiting"
  [ "$code" -eq 6 ]
  jq -s -e '.[-1].data | .phase == "canceled" and .reason == "CanceledByUser"' "$second"
  wait_client "$holder"
  [ "$code" -eq 0 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

@test "a question tells who has the release" {
  hold 501 v3 --set demo.startDelay=4s --agent "$agent"
  run leadsman status shop --namespace "$namespace" --agent "$agent"
  echo "$output"
  [[ $output == *"held by"*"example/shop run 501"* ]]
  deploy_words shop v1 --agent "$agent"
  run "${words[@]/deploy/plan}"
  jq -e '.holder | .repository == "example/shop" and .run_id == "501"' <<<"$output"
  wait_client "$holder"
  [ "$code" -eq 0 ]
}

@test "two agents: the second waits, is told who has the release, and then goes" { waits_its_turn; }

# bats test_tags=long
@test "two agents: who does not want to wait is declined and told who has the release" { is_declined; }

# bats test_tags=long
@test "two agents: the newer deployment takes the place of the older one" { takes_its_place; }
