#!/usr/bin/env bats
# A canary of a plain chart through a real gateway, under traffic that counts.
bats_require_minimum_version 1.5.0

load helper.bash
load gateway.bash
load canary.bash

setup_file() {
  need_gateway
  local said
  said=$(first_release canary canary.test)
  echo "$said"
  [[ "$said" == *"it is rolling, without a canary"* ]]
}

setup() {
  need_gateway
  namespace=canary
  spec=$BATS_TEST_TMPDIR/leadsman.yaml
  canary_spec "$spec"
}

teardown() {
  end_traffic
  stop_agent
}

teardown_file() { "$kubectl" delete namespace canary --wait=false --ignore-not-found >/dev/null; }

@test "a new version gets its share step by step, then becomes stable, and no request fails" {
  start_traffic whole canary.test --rate 150
  run -0 canary v2
  stop_traffic whole
  echo "$output"
  nothing_failed "$report" 500
  [[ "$output" == *"traffic to the canary 20 %"* ]]
  [[ "$output" == *"20 % accepted by gateway-api"* ]]
  [[ "$output" == *"not verified by traffic"* ]]
  [[ "$output" == *"helm test of the canary 100 %"* ]]
  [[ "$(live_image shop-demo)" == *:v2 ]]
  canary_is_gone
  # As the user wrote it, weights and all.
  [[ "$(route_weights)" == '{"shop-demo":1}' ]]
}

@test "a failing test of the canary sends all traffic home, and stable is proved" {
  canary v2
  start_traffic abort canary.test --rate 150
  run -1 canary v3 --set tests.fail=true
  stop_traffic abort
  echo "$output"
  nothing_failed "$report" 200
  [[ "$output" == *TestsFailed* ]]
  [[ "$output" == *"all traffic is at stable and the canary was removed"* ]]
  [[ "$output" == *"0 %"* ]]
  [[ "$(live_image shop-demo)" == *:v2 ]]
  canary_is_gone
  [[ "$(route_weights)" == '{"shop-demo":1}' ]]
}

@test "a canary that never becomes ready gets no traffic at all" {
  canary v2
  start_traffic unready canary.test --rate 100
  run -1 canary v3 --set demo.neverReady=true --timeout 15s
  stop_traffic unready
  echo "$output"
  nothing_failed "$report" 200
  [[ "$(jq -r '.by_version | keys[]' "$report")" == v2 ]]
  canary_is_gone
}

@test "a plan shows the steps, and what would not be in the canary" {
  run -0 leadsman plan shop --file "$spec" --set image.tag=v3
  echo "$output"
  [[ "$output" == *"20 % to the canary, then helm-test"* ]]
  [[ "$output" == *"helm upgrade --install of stable, while the canary serves"* ]]
  [[ "$output" == *"on failure: all traffic to stable, then the canary goes"* ]]
}

@test "a chart whose names lack the release's is refused before anything is touched" {
  run -4 leadsman deploy shop --file "$spec" --set image.tag=v3 --set fullnameOverride=shop
  echo "$output"
  [[ "$output" == *CanaryRefused* ]]
  [[ "$output" == *"would be in both releases"* ]]
  canary_is_gone
}

@test "a route that is not there is found before anything is touched" {
  sed -i 's/route: shop,/route: shpo,/' "$spec"
  run -4 canary v3
  echo "$output"
  [[ "$output" == *"there is no HTTPRoute"* ]]
  canary_is_gone
}

@test "a canary waits where it is told to, until it is promoted" {
  canary v2
  canary_spec "$spec" 'steps: [{weight: 10, pause: until-promoted}, 50, 100]'
  start_waiting_canary v3
  [[ "$(route_weights)" == '{"shop-demo":90,"shop-canary-demo":10}' ]]
  run -4 leadsman promote "$id" --agent "$agent" --weight 5
  [[ "$output" == *"has 10 % already"* ]]
  leadsman promote "$id" --agent "$agent" --full
  wait "$job"
  cat "$BATS_TEST_TMPDIR/log"
  run ! grep -q 'traffic to the canary 50 %' "$BATS_TEST_TMPDIR/log"
  [[ "$(live_image shop-demo)" == *:v3 ]]
  canary_is_gone
  run -4 leadsman promote "$id" --agent "$agent"
  [[ "$output" == *"has ended already"* ]]
}

# bats test_tags=long
@test "an abort by hand leads home, with the reason that was given" {
  canary v2
  canary_spec "$spec" 'steps: [{weight: 30, pause: until-promoted}, 100]'
  local code=0
  start_waiting_canary v3
  leadsman abort "$id" --agent "$agent" --reason 'wrong price list'
  wait "$job" || code=$?
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 1))
  grep -q 'wrong price list' "$BATS_TEST_TMPDIR/log"
  [[ "$(live_image shop-demo)" == *:v2 ]]
  [[ "$(route_weights)" == '{"shop-demo":1}' ]]
  canary_is_gone
}

# bats test_tags=long
@test "a weight that somebody changes by hand is set again, and whose hand it was is said" {
  canary v2
  canary_spec "$spec" 'steps: [{weight: 30, pause: until-promoted}, 100]'
  start_waiting_canary v3
  set_weights canary shop 20 80
  wait_for 20 "the weight to be set again" grep -q 'kubectl.* changed the route: the canary has 80 % instead of 30 %' "$BATS_TEST_TMPDIR/log"
  back_again() { [[ "$(route_weights)" == '{"shop-demo":70,"shop-canary-demo":30}' ]]; }
  wait_for 20 "the weight" back_again
  leadsman promote "$id" --agent "$agent"
  wait "$job"
}

# bats test_tags=long
@test "an agent that is killed wherever it may be goes on, and no request fails" {
  local point code
  canary v2
  canary_spec "$spec" 'steps: [50]'
  start_traffic killed canary.test --rate 100
  for point in after-save.start_canary after-effect.shift before-save.test_canary after-effect.upgrade after-save.home after-effect.home before-save.remove_canary; do
    LEADSMAN_FAILPOINT=$point start_agent "$BATS_TEST_TMPDIR/$point"
    canary "$(next_tag)" --agent "$agent" >"$BATS_TEST_TMPDIR/$point.log" 2>&1 3>&- &
    local job=$!
    wait "$agent_pid" 2>/dev/null || true
    start_agent "$BATS_TEST_TMPDIR/$point"
    code=0
    wait "$job" || code=$?
    ((code == 0)) || { cat "$BATS_TEST_TMPDIR/$point.log"; echo "killed at $point"; return 1; }
    canary_is_gone
    [[ "$(route_weights)" == '{"shop-demo":1}' ]]
    stop_agent
  done
  stop_traffic killed
  nothing_failed "$report" 500
}
