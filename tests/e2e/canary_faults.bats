#!/usr/bin/env bats
# What goes wrong around a canary under traffic: the API server, Prometheus or a plugin is away. The canary ends as it would
# have, or goes home and says why, and no request fails. Faults are brought to a dev cluster that nobody else uses.
# bats file_tags=long
bats_require_minimum_version 1.5.0

load helper.bash
load gateway.bash
load canary.bash
load followers.bash
load drills.bash

setup_file() {
  need_daemons
  need_prometheus
  first_release canary-faults faults.test
}

setup() {
  need_daemons
  need_prometheus
  namespace=canary-faults
  spec=$BATS_TEST_TMPDIR/leadsman.yaml
  # Of the canary alone: its pods take a while to listen.
  echo 'demo: {startDelay: 8s}' >"$BATS_TEST_TMPDIR/slow-start.yaml"
  start_agent "$BATS_TEST_TMPDIR/agent"
}

teardown() {
  send prometheus CONT 2>/dev/null || true
  send contour CONT 2>/dev/null || true
  restore_cluster
  end_traffic
  show_stream >&2
  [[ -z "${agent_pid:-}" ]] || tail -30 "$BATS_TEST_TMPDIR/agent/agent.log" >&2
  stop_agent
}

teardown_file() { "$kubectl" delete namespace canary-faults --wait=false --ignore-not-found >/dev/null; }

# begin_canary TAG [flag…]: in the background, under traffic; beside what drills.bash says of `begin`.
begin_canary() {
  before=$(revision)
  start_traffic faults faults.test --rate 100
  events=$BATS_TEST_TMPDIR/events
  canary "$1" --agent "$agent" --output json "${@:2}" >"$events" 2>"$events.err" 3>&- &
  client=$!
}

# v2 after v1, v1 after v2: each canary has something to do.
other_tag() { [[ "$(live_image shop-demo)" == *:v1 ]] && echo v2 || echo v1; }

# shifting WEIGHT: that step has begun.
shifting() { jq -s -e --argjson weight "$1" 'any(.[]; .kind == "step" and .data.step == "shift" and .data.weight == $weight)' "$events"; }
in_effect() { jq -s -e --argjson weight "$1" 'any(.[]; .kind == "weight" and .data.stage == "in_effect" and .data.weight == $weight)' "$events"; }

# all_is_as TAG: stable has it, the route is the user's own again, the canary is gone, and nobody noticed.
all_is_as() {
  stop_traffic faults
  nothing_failed "$report" 500
  [[ "$(live_image shop-demo)" == "leadsman/demo:$1" ]]
  [[ "$(route_weights)" == '{"shop-demo":1}' ]]
  canary_is_gone
  wait_for 10 "the lease to be given back" lease_is_free
}

# The controllers are started anew with it: those of before would take the one node for lost, since it could not be heard, and
# its pods would be no endpoints for a while. Traffic would fail then, whoever deploys.
nothing_answers() {
  send kube-controller-manager KILL
  api_stops
}
all_answers_again() {
  api_goes_on
  api_is_started
}

# no_answer_for SECONDS: of the API server, from now on; the stream says so. Then it answers again.
no_answer_for() {
  local since=$SECONDS
  nothing_answers
  wait_for 60 "the stream to say so" waits_for_the_api
  while ((SECONDS < since + $1)); do sleep 0.2; done
  if client_is_gone; then return 1; fi
  all_answers_again
}

@test "the API server is silent for more than a minute while pods for a weight become ready: waited for, and done" {
  local tag
  tag=$(other_tag)
  canary_spec "$spec" "values: [$BATS_TEST_TMPDIR/slow-start.yaml]
      steps: [50, 100]"
  begin_canary "$tag" --tests skip
  wait_for 60 "the pods for all of the traffic" shifting 100
  no_answer_for 70
  finish 0 succeeded Deployed
  waited_and_went_on
  completed 1
  all_is_as "$tag"
}

@test "the API server is silent for more than a minute during a pause: waited for, and done" {
  local tag
  tag=$(other_tag)
  canary_spec "$spec" 'steps: [{weight: 50, pause: 6s}, 100]'
  begin_canary "$tag" --tests skip
  wait_for 60 "the pause" step_begins hold
  no_answer_for 70
  finish 0 succeeded Deployed
  waited_and_went_on
  completed 1
  all_is_as "$tag"
}

@test "the API server is killed during the tests of the canary, and away for more than a minute: they are run again" {
  local tag since
  tag=$(other_tag)
  canary_spec "$spec" 'steps: [{weight: 50, gates: [helm-test]}, {weight: 100, gates: []}]'
  begin_canary "$tag"
  wait_for 60 "the tests" step_begins test_canary
  since=$SECONDS
  # With the gateway's controller: after such a time its watch of the endpoints was seen to come back 100 seconds after its
  # watch of the routes, and until then its word for a route is no word for the pods behind it.
  send contour KILL
  send kube-controller-manager KILL
  send kube-apiserver KILL
  wait_for 60 "the stream to say so" waits_for_the_api
  while ((SECONDS < since + 70)); do sleep 0.2; done
  api_is_started
  finish 0 succeeded Deployed
  waited_and_went_on
  completed 1
  all_is_as "$tag"
}

@test "an abort while the API server is away: traffic goes home as soon as it answers" {
  local tag id
  tag=$(live_image shop-demo)
  canary_spec "$spec" 'steps: [{weight: 50, pause: until-promoted}, 100]'
  begin_canary "$(other_tag)" --tests skip
  wait_for 60 "the pause" step_begins hold
  nothing_answers
  wait_for 60 "the stream to say so" waits_for_the_api
  id=$(deployment_of "$events")
  leadsman abort "$id" --agent "$agent" --reason 'not today'
  all_answers_again
  finish 1 rolled_back CanceledByUser
  waited_and_went_on
  jq -s -e 'any(.[]; .kind == "proof" and .data.ok)' "$events"
  completed 0
  all_is_as "${tag#*:}"
}

# completed 0 would ask for a new revision: there is none.
completed() {
  "$LEADSMAN_HELM" -n "$namespace" history shop -o json | jq -e --argjson before "$before" --argjson wanted "$1" '
    ([.[] | select(.revision > $before) | .status]) as $new
    | ($new | map(select(IN("deployed", "superseded"))) | length == $wanted)
      and (.[-1].status == "deployed") and ($new | all(IN("deployed", "superseded", "failed")))'
}

# measured_spec LIMIT: looked at each second, and so many looks without an answer in a row are borne.
measured_spec() {
  canary_spec "$spec" "steps: [{weight: 50, gates: [{metric: {use: http-error-rate, from: envoy, max: 1%, interval: 1s, window: 10s, count: 5, error-limit: $1}}]}]"
  sed -i "s|^    strategy: canary|    metrics: {prometheus: {address: \"http://$LEADSMAN_TEST_PROMETHEUS\"}}\n&|" "$spec"
}

measurements() { jq -s '[.[] | select(.kind == "measurement")] | length' "$events"; }
measured() { (($(measurements) >= $1)); }
faulty_looks() { jq -s '[.[] | select(.kind == "measurement" and (.message | test("did not answer|unreachable|not answer|plugin")))] | length' "$events"; }
a_look_failed() { (($(faulty_looks) >= 1)); }

@test "Prometheus goes away during an analysis and stays away: never a success, and all traffic goes home" {
  local tag
  tag=$(live_image shop-demo)
  measured_spec 1
  begin_canary "$(other_tag)" --tests skip
  wait_for 60 "a measurement" measured 1
  send prometheus STOP
  finish 1 rolled_back MetricsUnavailable
  send prometheus CONT
  jq -s -e '[.[] | select(.kind == "verdict")] | length == 1 and .[0].data.verdict == "error"' "$events"
  completed 0
  all_is_as "${tag#*:}"
}

@test "Prometheus is away for a look: within the limit, the analysis goes on" {
  local tag
  tag=$(other_tag)
  measured_spec 5
  begin_canary "$tag" --tests skip
  wait_for 60 "a measurement" measured 1
  send prometheus STOP
  wait_for 60 "a look without an answer" a_look_failed
  send prometheus CONT
  finish 0 succeeded Deployed
  jq -s -e '[.[] | select(.kind == "verdict")] | length == 1 and .[0].data.verdict == "passed"' "$events"
  completed 1
  all_is_as "$tag"
}

# plugin_of NAME: the process of that plugin of our agent.
plugin_of() { pgrep -P "$agent_pid" -x "$1"; }
plugin_runs() { [[ -n "$(plugin_of "$1")" ]]; }

@test "the metric plugin is killed during an analysis: it is started again, and the analysis goes on" {
  local tag killed
  tag=$(other_tag)
  measured_spec 3
  begin_canary "$tag" --tests skip
  wait_for 60 "a measurement" measured 1
  killed=$(plugin_of prometheus)
  kill -KILL "$killed"
  finish 0 succeeded Deployed
  [[ "$(plugin_of prometheus)" != "$killed" ]]
  grep -q 'the plugin prometheus .*it is ended' "$BATS_TEST_TMPDIR/agent/agent.log"
  completed 1
  all_is_as "$tag"
}

@test "the router plugin is killed in the middle of each shift: it is started again, each weight is set once" {
  local tag weight
  tag=$(other_tag)
  canary_spec "$spec" "values: [$BATS_TEST_TMPDIR/slow-start.yaml]
      steps: [50, 100]"
  sed -i 's/settle: 300ms/settle: 3s/' "$spec"
  begin_canary "$tag" --tests skip
  for weight in 50 100; do
    wait_for 60 "the shift to $weight %" shifting "$weight"
    wait_for 10 "the plugin" plugin_runs gateway-api
    kill -KILL "$(plugin_of gateway-api)"
  done
  finish 0 succeeded Deployed
  grep -q 'the plugin gateway-api .*it is ended' "$BATS_TEST_TMPDIR/agent/agent.log"
  jq -s -e '[.[] | select(.kind == "weight" and .data.stage == "set") | .data.weight] == [50, 100, 0]' "$events"
  completed 1
  all_is_as "$tag"
}

weight_is_set() { jq -s -e --argjson weight "$1" 'any(.[]; .kind == "weight" and .data.stage == "set" and .data.weight == $weight)' "$events"; }

@test "the gateway's controller stands still: no weight counts that it has not seen, and the canary stays until it has" {
  local tag since
  tag=$(other_tag)
  canary_spec "$spec" 'steps: [50, 100]'
  begin_canary "$tag" --tests skip
  wait_for 60 "the canary's pods" shifting 50
  send contour STOP
  since=$SECONDS
  # Ten times as long as one that gives no status is given.
  while ((SECONDS < since + 4)); do sleep 0.2; done
  if in_effect 100; then return 1; fi
  send contour CONT
  wait_for 60 "the way home" step_begins home
  send contour STOP
  wait_for 30 "0 % to be written" weight_is_set 0
  since=$SECONDS
  while ((SECONDS < since + 4)); do sleep 0.2; done
  if step_begins remove_canary; then return 1; fi
  send contour CONT
  finish 0 succeeded Deployed
  completed 1
  all_is_as "$tag"
}

# mortal_router FOLDER: the shipped plugin, which ends at once while there is a file FOLDER.dead. Prints its registration.
mortal_router() {
  mkdir -p "$1"
  cp "$LEADSMAN_BIN/plugins/gateway-api/gateway-api" "$1/real"
  jq '.program = "router"' "$LEADSMAN_BIN/plugins/gateway-api/plugin.json" >"$1/plugin.json"
  printf '#!/bin/sh\n[ ! -e %s.dead ] || exit 1\nexec ./real\n' "$1" >"$1/router"
  chmod 755 "$1/router"
  echo "plugins: [{name: gateway-api, folder: $1, digest: $("$root/scripts/register-plugins" --digest "$1"), grants: [gateway.networking.k8s.io/HTTPRoute]}]"
}

@test "the router plugin dies whenever it is started: the canary is aborted, and traffic goes home without it" {
  local tag
  tag=$(live_image shop-demo)
  begin_with_mortal_router
  finish 1 rolled_back RouterFailed
  jq -s -e 'any(.[]; .kind == "weight" and .data.weight == 0 and (.message | test("put back without its router: the plugin gateway-api")))' "$events"
  completed 0
  all_is_as "${tag#*:}"
}

@test "the router plugin dies whenever it is started, and somebody has changed the route: it is left alone, and where traffic is, is said" {
  local tag
  tag=$(live_image shop-demo)
  begin_with_mortal_router set_weights canary-faults shop 60 40
  finish 8 failed RouterFailed
  jq -s -e '.[-1].message | test("has changed shop since") and test("the canary is still there, and the last weight that Leadsman set is 50 %")' "$events"
  [[ "$(route_weights)" == '{"shop-demo":60,"shop-canary-demo":40}' ]]
  [[ "$(live_image shop-demo)" == "$tag" ]]
  # The next deployment finds a canary that was left, and leads its traffic home first.
  rm "$BATS_TEST_TMPDIR/router.dead"
  canary_spec "$spec" 'steps: [50, 100]'
  set_weights canary-faults shop 100 0
  canary "$(other_tag)" --agent "$agent" --tests skip
  stop_traffic faults
  nothing_failed "$report" 500
  canary_is_gone
}

# begin_with_mortal_router [COMMAND…]: a canary that waits at 50 % when its router begins to die; the command is run just then.
begin_with_mortal_router() {
  stop_agent
  start_agent "$BATS_TEST_TMPDIR/agent" "$(mortal_router "$BATS_TEST_TMPDIR/router")"
  canary_spec "$spec" 'steps: [{weight: 50, pause: until-promoted}, 100]'
  begin_canary "$(other_tag)" --tests skip
  wait_for 60 "the pause" step_begins hold
  touch "$BATS_TEST_TMPDIR/router.dead"
  kill -KILL "$(pgrep -P "$agent_pid" -x real)"
  if (($#)); then "$@"; fi
}
