#!/usr/bin/env bats
# How a canary goes on: by time, by hand, again, and when a newer version comes.
bats_require_minimum_version 1.5.0

load helper.bash
load gateway.bash
load canary.bash

setup_file() {
  need_gateway
  first_release canary-steps steps.test
}

setup() {
  need_gateway
  namespace=canary-steps
  spec=$BATS_TEST_TMPDIR/leadsman.yaml
  canary_spec "$spec"
}

teardown() {
  end_traffic
  stop_agent -KILL
}

teardown_file() { "$kubectl" delete namespace canary-steps --wait=false --ignore-not-found >/dev/null; }

# What is neither stable nor what next_tag says.
newer_tag() { [[ "$(live_image shop-demo)" == *:v1 ]] && echo v3 || echo v1; }

# begin_canary NAME TAG [flag…]: in the background, as JSON, at $agent; $client is its process.
begin_canary() {
  local name=$1 tag=$2
  shift 2
  events=$BATS_TEST_TMPDIR/$name.events
  canary "$tag" --agent "$agent" --output json "$@" >"$events" 2>"$events.err" 3>&- &
  client=$!
}

# heard NAME JQ: whether an event of it fits.
heard() { jq -s -e "any(.[]; $2)" "$BATS_TEST_TMPDIR/$1.events"; }

id_of() { jq -s -r '.[0].data.id' "$BATS_TEST_TMPDIR/$1.events"; }

# ended NAME CLIENT CODE: waits for it, and holds its exit code.
ended() {
  local code=0
  wait "$2" || code=$?
  ((code == $3)) || {
    echo "exit $code instead of $3"
    jq -r '"\(.at) \(.kind) \(.message)"' "$BATS_TEST_TMPDIR/$1.events"
    cat "$BATS_TEST_TMPDIR/$1.events.err"
    return 1
  }
}

# seconds_to NAME WEIGHT: from when the first weight was in effect until the other one was set.
seconds_to() {
  jq -s --argjson weight "$2" '
    def seconds: sub("\\.(?<ms>[0-9]+)Z$"; "Z") as $whole | ($whole | fromdateiso8601) + (capture("\\.(?<ms>[0-9]+)Z$").ms | tonumber / 1000);
    ([.[] | select(.kind == "step" and .data.step == "shift" and .data.status == "done")][0].at | seconds) as $start
    | ([.[] | select(.kind == "step" and .data.step == "shift" and .data.weight == $weight)][0].at | seconds) - $start' \
    "$BATS_TEST_TMPDIR/$1.events"
}

at_least() { awk -v found="$1" -v least="$2" 'BEGIN { exit !(found >= least) }' || { echo "$1 s are less than $2 s"; return 1; }; }

# bats test_tags=long
@test "weights that come by time come when they are due, whatever becomes of the agent" {
  canary_spec "$spec" 'steps: [20, {weight: 60, after: 20s}]'
  printf '      done-after: 30s\n' >>"$spec"
  start_agent "$BATS_TEST_TMPDIR/agent"
  begin_canary timed "$(next_tag)"
  wait_for 60 "the pause" heard timed '.kind == "phase" and (.message | test("^paused until .*, when 60 % is due$"))'
  stop_agent -KILL
  start_agent "$BATS_TEST_TMPDIR/agent"
  ended timed "$client" 0
  at_least "$(seconds_to timed 60)" 20
  heard timed '.kind == "step" and .data.step == "hold" and .message == "60 % is due"'
  # On a busy machine the gates of the last weight may take longer than its ten seconds.
  heard timed '.kind == "step" and .data.step == "hold" and .data.weight == 60 and (.message | test("^the upgrade of stable (is|was) due"))'
  # Stable was upgraded 30 s after the first weight, not after the last one.
  run jq -s '
    def seconds: (.[0:19] + "Z") | fromdateiso8601;
    ([.[] | select(.kind == "step" and .data.step == "shift" and .data.status == "done")][0].at | seconds) as $start
    | ([.[] | select(.kind == "step" and .data.step == "upgrade")][0].at | seconds) - $start' "$BATS_TEST_TMPDIR/timed.events"
  at_least "$output" 29
}

# bats test_tags=long
@test "gates that take longer than the time to the next weight are waited for, and that is said" {
  canary_spec "$spec" 'steps: [20, {weight: 60, after: 500ms}]'
  run -0 canary "$(next_tag)"
  echo "$output"
  [[ "$output" == *"60 % was due "*" ago: it had to wait for the gates"* ]]
  canary_is_gone
}

@test "a plan shows when each weight comes" {
  canary_spec "$spec" 'steps: [5, {weight: 10, after: 5m}, {weight: 25, after: 10m}, {weight: 100, after: 15m}]'
  printf '      done-after: 20m\n' >>"$spec"
  run -0 leadsman plan shop --file "$spec" --set "image.tag=$(next_tag)"
  echo "$output"
  [[ "$output" == *"5 % to the canary at once, then helm-test"* ]]
  [[ "$output" == *"25 % to the canary 10m 0s after the first weight, then helm-test"* ]]
  [[ "$output" == *"while the canary serves, 20m 0s after the first weight"* ]]
}

@test "a list by time that cannot be is refused with its line" {
  canary_spec "$spec" 'steps: [5, {weight: 10, after: 5m}, {weight: 25, after: 3m}]'
  run -2 leadsman plan shop --file "$spec"
  echo "$output"
  [[ "$output" == *"leadsman.yaml:11"*"3m 0s comes after 5m 0s; each step comes later than the one before"* ]]
  canary_spec "$spec" 'steps: [{weight: 5, pause: 5}]'
  run -2 leadsman plan shop --file "$spec"
  echo "$output"
  [[ "$output" == *"leadsman.yaml:11"*"5 has no unit; write 5s or 5m"* ]]
}

# begin_first: one that waits to be promoted, of the version that stable does not have; $first and $first_id are its.
begin_first() {
  canary_spec "$spec" 'steps: [{weight: 30, pause: until-promoted}, 100]'
  start_agent "$BATS_TEST_TMPDIR/agent"
  begin_canary first "$(next_tag)"
  first=$client
  wait_for 60 "the pause" heard first '.kind == "phase" and (.message | startswith("paused until somebody"))'
  first_id=$(id_of first)
}

# bats test_tags=long
@test "a newer version that waits is told for whom, and goes when that one has ended" {
  begin_first
  begin_canary second "$(newer_tag)"
  local second=$client
  wait_for 20 "the second to wait" heard second '.kind == "waiting"'
  begin_canary third "$(next_tag)"
  local third=$client
  wait_for 20 "the third to wait" heard third '.kind == "waiting"'
  heard second ".data.deployment? == \"$first_id\" and (.message | startswith(\"waiting: the release is held by \"))"
  heard third ".data.deployment? == \"$(id_of second)\" and (.message | endswith(\"which came earlier, waits for the release too\"))"
  leadsman abort "$first_id" --agent "$agent" --reason "a newer one waits"
  ended first "$first" 1
  wait_for 60 "the second to be at its weight" heard second '.kind == "phase" and (.message | startswith("paused until somebody"))'
  leadsman promote "$(id_of second)" --full --agent "$agent"
  ended second "$second" 0
  wait_for 60 "the third to be at its weight" heard third '.kind == "phase" and (.message | startswith("paused until somebody"))'
  leadsman promote "$(id_of third)" --full --agent "$agent"
  ended third "$third" 0
}

# bats test_tags=long
@test "a newer version that does not want to wait is refused, and the canary is not disturbed" {
  begin_first
  run -4 canary "$(newer_tag)" --agent "$agent" --when-busy reject
  echo "$output"
  [[ "$output" == *LeaseHeld* ]]
  [[ "$output" == *"$first_id"* ]]
  [[ "$(route_weights)" == '{"shop-demo":70,"shop-canary-demo":30}' ]]
  leadsman promote "$first_id" --full --agent "$agent"
  ended first "$first" 0
}

@test "a newer version that supersedes takes the canary out of its way, and no request fails" {
  begin_first
  start_traffic newer steps.test --rate 100
  local tag
  tag=$(newer_tag)
  begin_canary newer "$tag" --when-busy supersede
  local newer=$client
  ended first "$first" 6
  heard first '.kind == "finished" and .data.phase == "superseded" and .data.rollback == "succeeded"'
  heard first '.kind == "finished" and (.message | contains("all traffic is at stable and the canary was removed"))'
  wait_for 60 "the newer one to be at its weight" heard newer '.kind == "phase" and (.message | startswith("paused until somebody"))'
  leadsman promote "$(id_of newer)" --full --agent "$agent"
  ended newer "$newer" 0
  stop_traffic newer
  nothing_failed "$report" 300
  [[ "$(live_image shop-demo)" == *:"$tag" ]]
}

# bats test_tags=long
@test "two agents: a newer version of one supersedes the canary of the other" {
  local tag
  tag=$(newer_tag)
  begin_first
  canary_spec "$spec"
  run -0 canary "$tag" --when-busy supersede
  echo "$output"
  ended first "$first" 6
  [[ "$(live_image shop-demo)" == *:"$tag" ]]
  canary_is_gone
}

# bats test_tags=long
@test "a canary is started at one weight, taken further by hand, and finished" {
  local tag
  tag=$(next_tag)
  start_agent "$BATS_TEST_TMPDIR/agent"
  run -0 canary "$tag" --agent "$agent" --canary-weight 20 --until paused
  echo "$output"
  [[ "$output" == *"it is paused, and goes on without this command: leadsman promote "* ]]
  [[ "$(route_weights)" == '{"shop-demo":80,"shop-canary-demo":20}' ]]
  local id
  id=$(grep -o 'leadsman promote [0-9a-f-]*' <<<"$output" | head -n 1 | cut -d' ' -f3)
  leadsman promote "$id" --weight 60 --agent "$agent"
  at_60() { [[ "$(route_weights)" == '{"shop-demo":40,"shop-canary-demo":60}' ]]; }
  wait_for 30 "60 %" at_60
  # It waits there, too.
  events_of "$id" >"$BATS_TEST_TMPDIR/one.events" 3>&- &
  local follower=$!
  wait_for 30 "the second pause" jq -s -e '[.[] | select(.kind == "phase" and (.message | startswith("paused until somebody")))] | length == 2' "$BATS_TEST_TMPDIR/one.events"
  leadsman promote "$id" --full --agent "$agent"
  wait "$follower"
  [[ "$(live_image shop-demo)" == *:"$tag" ]]
  run -4 leadsman promote "$id" --agent "$agent"
  [[ "$output" == *"has ended already: succeeded"* ]]
}

@test "a weight is for a canary, and to leave it one needs an agent" {
  run -2 leadsman deploy rolling --chart "$root/helm/demo" -n "$namespace" --canary-weight 5
  echo "$output"
  [[ "$output" == *"canary-weight: release 'rolling' is rolling"* ]]
  run -2 canary v3 --canary-weight 5 --until paused
  echo "$output"
  [[ "$output" == *"until: 'paused' needs an agent that outlives the job"* ]]
  run -2 canary v3 --canary-weight 0
  [[ "$output" == *"1"*"100"* ]]
}

# bats test_tags=long
@test "what ended badly is tried again with what it was given, once" {
  local tag
  tag=$(next_tag)
  sed -i 's/route: shop,/route: later,/' "$spec"
  echo 'demo: {delay: 7ms}' >"$BATS_TEST_TMPDIR/more.yaml"
  start_agent "$BATS_TEST_TMPDIR/agent"
  begin_canary refused "$tag" --values "$BATS_TEST_TMPDIR/more.yaml"
  ended refused "$client" 4
  local id
  id=$(id_of refused)
  rm "$BATS_TEST_TMPDIR/more.yaml"
  make_route canary-steps later shop-demo later-steps.test
  run -0 leadsman retry "$id" --agent "$agent" --output json
  echo "$output"
  local again
  again=$(jq -s -r '.[0].data.id' <<<"$output")
  [[ "$again" != "$id" ]]
  jq -s -e --arg id "$id" '.[0] | (.message | startswith("retry of " + $id + ": deploy demo-")) and .data.asked_reason == "retry of " + $id' <<<"$output"
  [[ "$(curl -sf --unix-socket "${agent#unix:}" "http://localhost/v1/deployments/$again" | jq .attempt)" == 2 ]]
  [[ "$(live_image shop-demo)" == *:"$tag" ]]
  [[ "$("$LEADSMAN_HELM" -n "$namespace" get values shop -o json | jq -r .demo.delay)" == 7ms ]]
  # The same once more: that one is shown.
  run -0 leadsman retry "$id" --agent "$agent"
  echo "$output"
  [[ "$output" == *"deployment $id was tried again already, as $again"* ]]
  run -4 leadsman retry "$again" --agent "$agent"
  echo "$output"
  [[ "$output" == *"has succeeded (Deployed): there is nothing to try again"* ]]
  "$kubectl" -n "$namespace" delete httproute later >/dev/null
}

# bats test_tags=long
@test "named users see the canary and nobody else does" {
  local tag before
  before=$(live_image shop-demo)
  before=${before##*:}
  tag=$(next_tag)
  canary_spec "$spec" 'user: {header: X-User}'
  printf '      steps: [{weight: 0, match: {user: [ann, bob]}, pause: until-promoted}, 100]\n' >>"$spec"
  start_waiting_canary "$tag"
  version_for() { ask_gateway steps.test --header "X-User: $1" | jq -r .version; }
  sees() { [[ "$(version_for "$1")" == "$2" ]]; }
  wait_for 10 "ann to see it" sees ann "$tag"
  wait_for 10 "bob to see it" sees bob "$tag"
  local user
  for user in ann bob; do sees "$user" "$tag"; done
  for user in carol annie ''; do sees "$user" "$before"; done
  leadsman promote "$id" --agent "$agent"
  wait "$job"
  sees carol "$tag"
}

# measured_spec STEP GATE: one weight with one gate, looked at often.
measured_spec() {
  canary_spec "$spec" "steps: [{weight: 40, gates: [{metric: {use: http-error-rate, max: 1%, from: envoy, window: 10s, $2}}]$1}]"
  sed -i "s|^    strategy: canary|    metrics: {prometheus: {address: \"http://$LEADSMAN_TEST_PROMETHEUS\"}}\n&|" "$spec"
}

@test "a number that goes bad during the pause leads home at once" {
  need_prometheus
  local code=0 before
  before=$(live_image shop-demo)
  measured_spec ', pause: until-promoted' 'interval: 1s, count: 2'
  start_traffic turning steps.test --rate 80
  start_waiting_canary "$(next_tag)"
  "$kubectl" -n "$namespace" set env deployment/shop-canary-demo DEMO_FAIL_RATE=0.7 >/dev/null
  wait "$job" || code=$?
  stop_traffic turning
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 1))
  grep -q '✗ pause 40 %.*MetricsFailed: http-error-rate is .* above the 1 % allowed' "$BATS_TEST_TMPDIR/log"
  grep -q 'all traffic is at stable and the canary was removed' "$BATS_TEST_TMPDIR/log"
  [[ "$(live_image shop-demo)" == "$before" ]]
  canary_is_gone
}

@test "an agent that comes back goes on measuring where the one before it was killed" {
  need_prometheus
  measured_spec '' 'interval: 2s, count: 6'
  start_traffic measured steps.test --rate 80
  start_agent "$BATS_TEST_TMPDIR/agent"
  begin_canary measured "$(next_tag)"
  wait_for 90 "three looks" heard measured '.kind == "measurement" and .data.judged == 3'
  stop_agent -KILL
  start_agent "$BATS_TEST_TMPDIR/agent"
  ended measured "$client" 0
  stop_traffic measured
  jq -s -c '[.[] | select(.kind == "measurement") | .data.look]' "$BATS_TEST_TMPDIR/measured.events"
  jq -s -e '[.[] | select(.kind == "measurement") | .data.look] | . == [range(1; length + 1)]' "$BATS_TEST_TMPDIR/measured.events"
  jq -s -e '[.[] | select(.kind == "verdict")] | length == 1 and .[0].data.gates[0].good == 6' "$BATS_TEST_TMPDIR/measured.events"
}
