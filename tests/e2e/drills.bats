#!/usr/bin/env bats
# What happens to clusters and machines, done for real in the middle of deployments: each ends as it should, its stream
# says what was waited for, nothing is left behind, and nothing ran twice that may not.
# bats file_tags=long

load helper
load followers
load drills

setup_file() {
  need_daemons
  namespace=e2e-drills timeout=180s
  fresh_namespace "$namespace"
  start_agent "$BATS_FILE_TMPDIR/agent"
  export agent agent_pid
  deploy shop v1 --agent "$agent"
}

teardown_file() { stop_agent; }

setup() {
  need_daemons
  namespace=e2e-drills timeout=180s
}

teardown() {
  restore_cluster
  kill -CONT "$agent_pid" 2>/dev/null || true
  show_stream >&2
  stop_own_agent
  if mountpoint -q "$BATS_TEST_TMPDIR/agent/state"; then umount "$BATS_TEST_TMPDIR/agent/state"; fi
}

no_helm_runs() { [[ -z $(pgrep -P "$agent_pid") ]]; }

@test "the API server is killed while helm waits for pods: waited for, and done" {
  begin 1 v2 --set demo.startDelay=15s
  wait_for 60 "helm to wait" helm_waits v2
  api_is_killed
  wait_for 60 "the stream to say so" waits_for_the_api
  api_is_started
  finish 0 succeeded Deployed
  waited_and_went_on
  nothing_is_left 1
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

@test "the API server is silent for two minutes: helm is dead before the lease runs out, and the upgrade is made again" {
  begin 2 v3 --set demo.startDelay=15s
  wait_for 60 "helm to wait" helm_waits v3
  local since=$SECONDS
  api_stops
  wait_for 60 "the stream to say so" waits_for_the_api
  while ((SECONDS < since + 30)); do sleep 0.2; done
  no_helm_runs
  while ((SECONDS < since + 120)); do sleep 0.2; done
  client_is_gone && return 1
  api_goes_on
  finish 0 succeeded Deployed
  waited_and_went_on
  told 'upgrade is taken up again'
  nothing_is_left 1
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
}

@test "the API server is killed during the tests: they are waited for or run again" {
  begin 3 v1 --set demo.delay=4s
  wait_for 90 "the tests to run" step_begins test
  api_is_killed
  wait_for 60 "the stream to say so" waits_for_the_api
  api_is_started
  finish 0 succeeded Deployed
  waited_and_went_on
  nothing_is_left 1
}

@test "the API server is killed during the way back: it is gone all the same, and proved" {
  begin 4 v2 --set tests.fail=true
  wait_for 90 "the way back" step_begins rollback
  api_is_killed
  wait_for 60 "the stream to say so" waits_for_the_api
  api_is_started
  finish 1 rolled_back TestsFailed
  waited_and_went_on
  jq -s -e '.[-1].data.rollback == "succeeded" and ([.[] | select(.kind == "proof")] | length == 1 and .[0].data.ok)' "$events"
  # The upgrade, and one way back.
  nothing_is_left 2
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
}

@test "what a watch has seen is compacted away meanwhile: all is listed anew" {
  begin 5 v2 --set demo.startDelay=12s
  wait_for 60 "helm to wait" helm_waits v2
  local expired
  expired=$(grep -c 'a watch had expired' "$BATS_FILE_TMPDIR/agent/agent.log" || true)
  kill -STOP "$agent_pid"
  "$kubectl" -n "$namespace" annotate deployment shop-demo drill=compaction
  api_is_killed
  api_is_started
  compact
  kill -CONT "$agent_pid"
  finish 0 succeeded Deployed
  (($(grep -c 'a watch had expired' "$BATS_FILE_TMPDIR/agent/agent.log") > expired))
  # Seen by the new watch.
  jq -s -e '[.[] | select(.kind == "workload")][-1].data.state == "ready"' "$events"
  nothing_is_left 1
}

@test "a node has not heard of the new pods when the API server is back: the tests that fail are run again" {
  begin 15 v1 --set demo.startDelay=25s
  wait_for 60 "helm to wait" helm_waits v1
  send kube-proxy STOP
  api_stops
  wait_for 60 "the stream to say so" waits_for_the_api
  api_goes_on
  wait_for 90 "the tests to fail" told 'the tests are run again in .*: 0 of 2 tests passed'
  send kube-proxy CONT
  finish 0 succeeded Deployed
  waited_and_went_on
  nothing_is_left 1
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
}

# etcd_is_slow PULSES: stands still for longer than a renewal may take, again and again.
etcd_is_slow() {
  local pulse
  for ((pulse = 0; pulse < $1; ++pulse)); do
    send etcd STOP
    sleep 14
    send etcd CONT
    sleep 2
  done
}

@test "etcd is slow, so is the API server: waited for, and done" {
  begin 6 v3 --set demo.startDelay=20s
  wait_for 60 "helm to wait" helm_waits v3
  etcd_is_slow 3
  finish 0 succeeded Deployed
  waited_and_went_on
  nothing_is_left 1
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
}

@test "the agent stands still until another has taken the release: it does not act any more" {
  begin 7 v1 --set demo.startDelay=10s
  wait_for 60 "helm to wait" helm_waits v1
  kill -STOP "$agent_pid"
  # Without an agent: one of its own, which knows the other only by the lease.
  run job 8 1 shop v2
  kill -CONT "$agent_pid"
  [ "$status" -eq 0 ]
  finish 3 failed LeaseLost
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
  [ "$(helm_status shop)" = deployed ]
  no_pending_revision shop
  lease_is_free
}

# use_agent KUBECONFIG: an agent of the test's own.
use_agent() {
  KUBECONFIG=$1 start_agent "$BATS_TEST_TMPDIR/agent"
  own_agent=$agent_pid
}
stop_own_agent() {
  [[ -n "${own_agent:-}" ]] || return 0
  kill "$own_agent" && wait "$own_agent"
  own_agent=
}

# token BOUND_TO: of the account "deployer", for as long as that Secret is there.
token() {
  "$kubectl" -n "$namespace" create secret generic "$1" >/dev/null
  "$kubectl" -n "$namespace" create token deployer --bound-object-kind Secret --bound-object-name "$1" --duration 1h
}

is_refused() { ! "$kubectl" --kubeconfig "$1" -n "$namespace" get pods; }

@test "the token is replaced and the old one revoked: the new one is used" {
  local folder=$BATS_TEST_TMPDIR
  "$kubectl" -n "$namespace" create serviceaccount deployer
  "$kubectl" create clusterrolebinding e2e-drills --clusterrole=cluster-admin --serviceaccount="$namespace:deployer"
  token first >"$folder/token"
  cp "$folder/token" "$folder/old-token"
  local config
  for config in token old-token; do
    "$kubectl" config view --raw -o json |
      jq --arg file "$folder/$config" '.users = [{name: "deployer", user: {tokenFile: $file}}] | .contexts[0].context.user = "deployer"' >"$folder/$config.kubeconfig"
  done
  use_agent "$folder/token.kubeconfig"
  timeout=60s # so long helm goes on asking with the old one
  begin 9 v3 --set demo.startDelay=25s
  wait_for 60 "helm to wait" helm_waits v3
  token second >"$folder/token.new"
  mv "$folder/token.new" "$folder/token"
  "$kubectl" -n "$namespace" delete secret first
  # The API server remembers for seconds that it has accepted a token.
  wait_for 60 "the old token to be refused" is_refused "$folder/old-token.kubeconfig"
  finish 0 succeeded Deployed
  nothing_is_left 1
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
  "$kubectl" delete clusterrolebinding e2e-drills
}

cannot_save() { grep -q 'cannot save' "$BATS_TEST_TMPDIR/agent/agent.log"; }

@test "the agent's volume is full: it goes on when there is room, and loses nothing" {
  mkdir -p "$BATS_TEST_TMPDIR/agent/state"
  mount -t tmpfs -o size=16m,mode=700 tmpfs "$BATS_TEST_TMPDIR/agent/state"
  use_agent "$KUBECONFIG"
  begin 10 v1 --set demo.startDelay=10s --set demo.delay=2s
  wait_for 60 "helm to wait" helm_waits v1
  cat /dev/zero >"$BATS_TEST_TMPDIR/agent/state/filling" 2>/dev/null || true
  wait_for 120 "the agent to have no room" cannot_save
  wait_for 120 "helm to end meanwhile" no_helm_runs
  rm "$BATS_TEST_TMPDIR/agent/state/filling"
  finish 0 succeeded Deployed
  told "waited [0-9.]+m?s? .*for the agent's volume, which takes what is saved again: .*full"
  nothing_is_left 1
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
}

@test "the agent's volume is full when helm is to be started: it is started when there is room" {
  mkdir -p "$BATS_TEST_TMPDIR/agent/state"
  mount -t tmpfs -o size=16m,mode=700 tmpfs "$BATS_TEST_TMPDIR/agent/state"
  use_agent "$KUBECONFIG"
  begin 11 v2 --set tests.fail=true
  wait_for 60 "the upgrade" step_begins upgrade
  cat /dev/zero >"$BATS_TEST_TMPDIR/agent/state/filling" 2>/dev/null || true
  wait_for 120 "the agent to have no room" cannot_save
  rm "$BATS_TEST_TMPDIR/agent/state/filling"
  finish 1 rolled_back TestsFailed
  told "for the agent's volume, which takes what is saved again"
  nothing_is_left 2
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
}

# The agent's wall clock alone: what it asks of the C library is shifted by the seconds in $shift_file.
make_clock() {
  shift_file=$BATS_TEST_TMPDIR/shift
  echo 0 >"$shift_file"
  cc -shared -fPIC -O1 -o "$BATS_TEST_TMPDIR/clock.so" "$root/tests/e2e/shifted_clock.c"
}
shift_clock() {
  echo "$1" >"$shift_file.new"
  mv "$shift_file.new" "$shift_file"
}

# Never back behind the time at which the cluster's certificates were made: they would not be valid yet.
@test "the clock jumps ahead and back by hours: no verdict changes" {
  make_clock
  LD_PRELOAD=$BATS_TEST_TMPDIR/clock.so SHIFT_FILE=$shift_file use_agent "$KUBECONFIG"
  begin 12 v2 --set demo.startDelay=8s --set demo.delay=3s
  wait_for 60 "helm to wait" helm_waits v2
  shift_clock 7200
  wait_for 90 "the tests to run" step_begins test
  shift_clock 0
  finish 0 succeeded Deployed
  # It has jumped.
  jq -s -e '[.[].at] | (max | .[0:13]) != (min | .[0:13])' "$events"
  jq -s -e '[.. | objects | .duration_ms // empty] | length > 3 and all(. >= 0)' "$events"
  nothing_is_left 1
}

@test "the clock of an agent that waits jumps ahead: it does not take a lease that is held" {
  make_clock
  begin 13 v3 --set demo.startDelay=12s
  wait_for 60 "helm to wait" helm_waits v3
  local holding=$events holder_client=$client
  LD_PRELOAD=$BATS_TEST_TMPDIR/clock.so SHIFT_FILE=$shift_file use_agent "$KUBECONFIG"
  events=$BATS_TEST_TMPDIR/waiting
  job 14 1 shop v1 --agent "$agent" >"$events" 2>"$events.err" &
  client=$!
  wait_for 30 "the second to wait" in_phase "$events" waiting
  shift_clock 7200
  finish 0 succeeded Deployed
  wait_client "$holder_client"
  [ "$code" -eq 0 ]
  jq -s -e '.[-1].data | .phase == "succeeded"' "$holding"
  completed 2
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
}
