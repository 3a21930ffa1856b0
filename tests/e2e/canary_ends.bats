#!/usr/bin/env bats
# The other ends of a canary: both are kept, it is left as it is, somebody else's hand, and an abort of one that is dead.
bats_require_minimum_version 1.5.0

load helper.bash
load gateway.bash
load canary.bash

setup_file() {
  need_gateway
  first_release canary-ends ends.test
}

setup() {
  need_gateway
  namespace=canary-ends
  spec=$BATS_TEST_TMPDIR/leadsman.yaml
  canary_spec "$spec"
}

teardown() {
  end_traffic
  stop_agent
}

teardown_file() { "$kubectl" delete namespace canary-ends --wait=false --ignore-not-found >/dev/null; }

# stable_at TAG: whatever the test before has left, stable is TAG, without a canary, and the route leads to it alone.
stable_at() {
  "$kubectl" -n "$namespace" get httproute shop >/dev/null 2>&1 || make_route canary-ends shop shop-demo ends.test
  canary_spec "$BATS_TEST_TMPDIR/rolling.yaml"
  sed -i '/strategy: canary/,$d' "$BATS_TEST_TMPDIR/rolling.yaml"
  leadsman deploy shop --file "$BATS_TEST_TMPDIR/rolling.yaml" --set "image.tag=$1" >/dev/null
  canary_is_gone
  [[ "$(route_weights)" == '{"shop-demo":1}' ]]
}

# canary_in_ledger: as the ledger beside the release knows it; nothing when it knows none.
canary_in_ledger() {
  "$kubectl" -n "$namespace" get configmap leadsman-shop -o 'jsonpath={.data.ledger\.json}' | jq -c '.canary // empty | {deployment, weight}'
}

# kept_canary TAG: a canary that is kept at 25 %, by a daemon at $agent; $id is its deployment.
kept_canary() {
  canary_spec "$spec" $'steps: [25]\n      at-end: keep'
  start_agent "$BATS_TEST_TMPDIR/agent"
  run canary "$1" --agent "$agent" "${@:2}"
  echo "$output"
  ((status == 0))
  id=$(grep -o 'leadsman promote [0-9a-f-]*' <<<"$output" | head -n 1 | cut -d' ' -f3)
}

# edited WEIGHTS… : somebody's hand at the route of the waiting canary.
edited() { set_weights canary-ends shop "$@"; }

at_home() {
  [[ "$(live_image shop-demo)" == *:"$1" ]]
  [[ "$(route_weights)" == '{"shop-demo":1}' ]]
  [[ -z "$(canary_in_ledger)" ]]
  canary_is_gone
}

log_says() { grep -q "$1" "$BATS_TEST_TMPDIR/log"; }

@test "both are kept at the last weight, and promoted later with the same chart and values" {
  stable_at v1
  start_traffic kept ends.test --rate 100
  kept_canary v2 --set replicaCount=3
  echo "$output"
  [[ "$output" == *"has a canary beside it: both are kept: the canary gets 25 % of the traffic"* ]]
  [[ "$output" == *"leadsman abort $id"* ]]
  [[ "$(route_weights)" == '{"shop-demo":75,"shop-canary-demo":25}' ]]
  [[ "$(canary_in_ledger)" == "{\"deployment\":\"$id\",\"weight\":25}" ]]
  wait_for 20 "the lease to be given back" lease_is_free
  run -0 leadsman status shop --file "$spec" --agent "$agent"
  [[ "$output" == *"25 % of the traffic, of deployment $id"* ]]
  run -0 leadsman history shop --file "$spec" --agent "$agent"
  [[ "$output" == *"of deployment $id"* ]]
  run -4 leadsman promote "$id" --agent "$agent" --weight 50
  echo "$output"
  [[ "$output" == *"can be promoted all the way or removed"* ]]
  run -0 leadsman promote "$id" --agent "$agent"
  echo "$output"
  [[ "$output" == *"was promoted"* ]]
  stop_traffic kept
  nothing_failed "$report" 300
  at_home v2
  [[ "$("$kubectl" -n "$namespace" get deploy shop-demo -o 'jsonpath={.spec.replicas}')" == 3 ]]
  run -4 leadsman promote "$id" --agent "$agent"
  [[ "$output" == *"has ended already: succeeded (KeptBoth)"* ]]
}

# bats test_tags=long
@test "a kept canary is removed by hand, and the route is as it was" {
  stable_at v1
  "$kubectl" -n "$namespace" get httproute shop -o json --show-managed-fields | jq -S '.spec, [.metadata.managedFields[] | select(.subresource != "status") | .manager]' >"$BATS_TEST_TMPDIR/before"
  kept_canary v2
  start_traffic removed ends.test --rate 50
  run -0 leadsman abort "$id" --agent "$agent" --reason 'the experiment is over'
  echo "$output"
  [[ "$output" == *"has no canary any more"* ]]
  stop_traffic removed
  nothing_failed "$report" 100
  at_home v1
  "$kubectl" -n "$namespace" get httproute shop -o json --show-managed-fields | jq -S '.spec, [.metadata.managedFields[] | select(.subresource != "status") | .manager]' | diff "$BATS_TEST_TMPDIR/before" -
}

# bats test_tags=long
@test "the next deployment of any agent finds a kept canary, says so, and takes it away first" {
  stable_at v1
  kept_canary v2
  stop_agent
  run -0 leadsman plan shop --file "$spec" --set image.tag=v1
  echo "$output"
  [[ "$output" == *"that deployment $id left"* ]]
  [[ "$output" != *"NoChange"* ]]
  # Embedded, with another store: all it knows is in the cluster.
  sed '/strategy: canary/,$d' "$spec" >"$BATS_TEST_TMPDIR/rolling.yaml"
  run -0 leadsman deploy shop --file "$BATS_TEST_TMPDIR/rolling.yaml" --set image.tag=v1
  echo "$output"
  [[ "$output" == *"take the earlier canary away"* ]]
  [[ "$output" == *"that deployment $id left was removed"* ]]
  at_home v1
}

# bats test_tags=long
@test "a rollback takes a kept canary away first and says it" {
  stable_at v1
  stable_at v2
  kept_canary v3
  run -0 leadsman rollback --release shop --file "$spec" --agent "$agent" --reason 'wrong prices'
  echo "$output"
  [[ "$output" == *"take the earlier canary away"* ]]
  at_home v1
}

@test "a rollout that is to be left ends where it is, and says what is left" {
  local code=0
  stable_at v1
  canary_spec "$spec" 'steps: [{weight: 10, pause: until-promoted}, 100]'
  start_waiting_canary v2
  leadsman cancel "$id" --agent "$agent" --mode leave --reason 'going home'
  wait "$job" || code=$?
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 6))
  log_says 'left as it is: the canary gets 10 % of the traffic, stable the rest'
  log_says "make the canary stable with: leadsman promote $id"
  [[ "$(route_weights)" == '{"shop-demo":90,"shop-canary-demo":10}' ]]
  [[ "$(canary_in_ledger)" == "{\"deployment\":\"$id\",\"weight\":10}" ]]
  run -0 leadsman abort "$id" --agent "$agent" --reason 'next morning'
  at_home v1
}

# bats test_tags=long
@test "a weight that somebody sets is adopted: its gates, then the next higher one" {
  stable_at v1
  canary_spec "$spec" $'steps: [{weight: 10, pause: until-promoted}, 30, 60, {weight: 80, pause: until-promoted}, 100]\n      foreign-edits: adopt'
  start_waiting_canary v2
  edited 60 40
  wait_for 60 "the pause at 80 %" log_says 'pause 80 %'
  leadsman promote "$id" --agent "$agent"
  wait "$job"
  cat "$BATS_TEST_TMPDIR/log"
  log_says 'kubectl.* changed the route: the canary has 40 % instead of 10 %; adopted, as foreign-edits: adopt says'
  log_says 'helm test of the canary 40 %'
  log_says 'traffic to the canary 60 %'
  run ! log_says 'traffic to the canary 30 %'
  at_home v2
}

# bats test_tags=long
@test "a weight that somebody sets can end the rollout and stay" {
  local code=0
  stable_at v1
  canary_spec "$spec" $'steps: [{weight: 10, pause: until-promoted}, 100]\n      foreign-edits: cancel'
  start_waiting_canary v2
  edited 20 80
  wait "$job" || code=$?
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 6))
  log_says 'kubectl.* changed the route: the canary has 80 % instead of 10 %'
  log_says 'the canary gets 80 % of the traffic, stable the rest'
  [[ "$(route_weights)" == '{"shop-demo":20,"shop-canary-demo":80}' ]]
  [[ "$(canary_in_ledger)" == "{\"deployment\":\"$id\",\"weight\":80}" ]]
  run -0 leadsman promote "$id" --agent "$agent"
  at_home v2
}

# bats test_tags=long
@test "a canary that somebody scales is scaled back, and whose hand it was is said; a stable with more pods stays so" {
  local replicas
  stable_at v1
  canary_spec "$spec" 'steps: [{weight: 10, pause: until-promoted}, 100]'
  start_waiting_canary v2
  "$kubectl" -n "$namespace" scale deploy shop-canary-demo --replicas 3
  wait_for 30 "the number of pods to be set again" log_says 'kubectl.* scaled Deployment shop-canary-demo: it is to have 3 pods instead of 1; set again'
  replicas() { "$kubectl" -n "$namespace" get deploy "$1" -o 'jsonpath={.spec.replicas}'; }
  [[ "$(replicas shop-canary-demo)" == 1 ]]
  "$kubectl" -n "$namespace" scale deploy shop-demo --replicas 3
  wait_for 30 "it to be told" log_says "kubectl.* scaled Deployment shop-demo: .* stable's capacity is never lowered"
  [[ "$(replicas shop-demo)" == 3 ]]
  leadsman abort "$id" --agent "$agent" --reason 'seen enough'
  wait "$job" || true
  "$kubectl" -n "$namespace" scale deploy shop-demo --replicas 2
  cat "$BATS_TEST_TMPDIR/log"
}

# aborted_by_hand: the rollout that waits is aborted, and all that is left of the canary goes.
aborted_by_hand() {
  local code=0
  leadsman abort "$id" --agent "$agent" --reason "$1" || true
  wait "$job" || code=$?
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 1))
  log_says 'all traffic is at stable and the canary was removed'
}

# bats test_tags=long
@test "an abort works when the pods of the canary crash" {
  stable_at v1
  canary_spec "$spec" 'steps: [{weight: 30, pause: until-promoted}, 100]'
  start_waiting_canary v2
  "$kubectl" -n "$namespace" set image deploy/shop-canary-demo '*=leadsman/demo:nowhere' >/dev/null
  "$kubectl" -n "$namespace" delete pod -l app.kubernetes.io/instance=shop-canary --wait=false >/dev/null
  aborted_by_hand 'its pods crash'
  at_home v1
}

@test "an abort works when somebody has uninstalled the canary" {
  stable_at v1
  canary_spec "$spec" 'steps: [{weight: 30, pause: until-promoted}, 100]'
  start_waiting_canary v2
  leadsman pause "$id" --agent "$agent"
  "$LEADSMAN_HELM" -n "$namespace" uninstall shop-canary --wait
  aborted_by_hand 'somebody was faster'
  at_home v1
}

# bats test_tags=long
@test "a workload of the canary that is gone is an abort by itself" {
  local code=0
  stable_at v1
  canary_spec "$spec" 'steps: [{weight: 30, pause: until-promoted}, 100]'
  start_waiting_canary v2
  "$kubectl" -n "$namespace" delete deploy shop-canary-demo >/dev/null
  wait "$job" || code=$?
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 1))
  log_says 'Deployment shop-canary-demo is gone: somebody removed it'
  at_home v1
}

# bats test_tags=long
@test "an abort works when the route is gone" {
  local code=0
  stable_at v1
  canary_spec "$spec" 'steps: [{weight: 30, pause: until-promoted}, 100]'
  start_waiting_canary v2
  "$kubectl" -n "$namespace" delete httproute shop >/dev/null
  wait "$job" || code=$?
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 1))
  log_says 'the route is gone: somebody removed it'
  [[ -z "$(canary_in_ledger)" ]]
  canary_is_gone
}

# bats test_tags=long
@test "a rule that somebody adds to the route ends the rollout, and the canary leaves the route" {
  local code=0
  stable_at v1
  canary_spec "$spec" 'steps: [{weight: 30, pause: until-promoted}, 100]'
  start_waiting_canary v2
  "$kubectl" -n "$namespace" patch httproute shop --type json --patch \
    '[{"op": "add", "path": "/spec/rules/-", "value": {"matches": [{"path": {"type": "PathPrefix", "value": "/new"}}], "backendRefs": [{"name": "shop-demo", "port": 80}]}}]' >/dev/null
  wait "$job" || code=$?
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 1))
  log_says 'kubectl.* changed the route: several rules'
  [[ "$("$kubectl" -n "$namespace" get httproute shop -o json | jq -c '[.spec.rules[].backendRefs[].name]')" == '["shop-demo","shop-demo"]' ]]
  [[ -z "$(canary_in_ledger)" ]]
  canary_is_gone
  "$kubectl" -n "$namespace" delete httproute shop >/dev/null
}

# bats test_tags=long
@test "an agent that is killed while a kept canary is promoted or removed goes on" {
  local point
  for point in after-save.clear_canary after-effect.clear_canary before-finish; do
    stable_at v1
    kept_canary v2
    stop_agent
    LEADSMAN_FAILPOINT=$point start_agent "$BATS_TEST_TMPDIR/agent"
    leadsman abort "$id" --agent "$agent" --reason 'the agent dies' >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
    local job=$!
    wait "$agent_pid" 2>/dev/null || true
    start_agent "$BATS_TEST_TMPDIR/agent"
    wait "$job" || { cat "$BATS_TEST_TMPDIR/log"; echo "killed at $point"; return 1; }
    at_home v1
    stop_agent
  done
  for point in after-effect.upgrade after-save.home after-effect.remove_canary; do
    stable_at v1
    kept_canary v2
    stop_agent
    LEADSMAN_FAILPOINT=$point start_agent "$BATS_TEST_TMPDIR/agent"
    leadsman promote "$id" --agent "$agent" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
    local job=$!
    wait "$agent_pid" 2>/dev/null || true
    start_agent "$BATS_TEST_TMPDIR/agent"
    wait "$job" || { cat "$BATS_TEST_TMPDIR/log"; echo "killed at $point"; return 1; }
    at_home v2
    stop_agent
  done
}
