#!/usr/bin/env bats
# Whether a weight is in effect, known from traffic: by probes, by the gateway's own counters. And matches that lead to the
# canary, and what a whole canary costs the users: nothing.
bats_require_minimum_version 1.5.0

load helper.bash
load gateway.bash
load canary.bash

setup_file() {
  need_prometheus
  first_release canary-effect effect.test
  # Of somebody else: the canary is in no way of this one.
  make_route canary-effect other shop-demo effect-other.test
  route_spec >"$BATS_FILE_TMPDIR/route"
}

setup() {
  need_prometheus
  namespace="canary-effect"
  spec=$BATS_TEST_TMPDIR/leadsman.yaml
  route_before=$(<"$BATS_FILE_TMPDIR/route")
}

teardown() {
  end_traffic
  stop_agent
}

teardown_file() { "$kubectl" delete namespace canary-effect --wait=false --ignore-not-found >/dev/null; }

# effect_spec IN_EFFECT [STEPS]: numbers come from the gateway's Prometheus, if any are wanted.
effect_spec() {
  canary_spec "$spec" "steps: ${2:-[20, 100]}
      in-effect: {$1}"
  sed -i "s|^    strategy: canary|    metrics: {prometheus: {address: \"http://$LEADSMAN_TEST_PROMETHEUS\"}}\n&|" "$spec"
}

# probe_of HOST [more keys]: of where the demo tells its version, or something else.
probe_of() { echo "url: \"http://$LEADSMAN_TEST_GATEWAY/\", host: $1, ${2:-json: /version}"; }

by_probe() { echo "probe: {$(probe_of "$@")}"; }

route_spec() { "$kubectl" -n "$namespace" get httproute shop -o json | jq -Sc .spec; }

nothing_is_left() {
  canary_is_gone
  [[ "$(route_spec)" == "$route_before" ]] || {
    echo "$route_before became $(route_spec)"
    return 1
  }
}

@test "a weight is in effect when probes show it, on the way there and home" {
  effect_spec "$(by_probe effect.test 'json: /pod, canary: "shop-canary-*"')"
  run -0 canary "$(next_tag)"
  echo "$output"
  [[ "$output" =~ "traffic to the canary 20 %".*"20 % in effect ("[0-9.]+" % of 100 probes)" ]]
  [[ "$output" == *"100 % in effect (100 % of 100 probes)"* ]]
  [[ "$output" == *"all traffic is at stable: 0 % in effect (none of 100 probes)"* ]]
  [[ "$output" != *"not verified by traffic"* ]]
  nothing_is_left
}

# bats test_tags=long
@test "a version tells the sides apart until stable has it, too" {
  effect_spec "$(by_probe effect.test 'json: /version')" '[50]'
  run -0 canary "$(next_tag)"
  echo "$output"
  [[ "$output" =~ "50 % in effect ("[0-9.]+" % of 100 probes)" ]]
  [[ "$output" == *"0 % accepted, not verified by traffic: stable answers as the canary does since it was upgraded"* ]]
}

# bats test_tags=long
@test "a weight is in effect when the gateway has counted it" {
  effect_spec 'counters: envoy'
  start_traffic counted effect.test --rate 150
  run -0 --separate-stderr canary "$(next_tag)" --output json
  stop_traffic counted
  nothing_failed "$report" 1000
  jq -c 'select(.kind == "weight" and .data.stage == "in_effect") | .data' <<<"$output" | tee "$BATS_TEST_TMPDIR/weights"
  # On the way there, at 20 and 100 %, and home.
  jq --slurp --exit-status '[.[].weight] == [20, 100, 0] and all(.verified and .by == "counters" and .requests >= 100)
    and .[0].share > 0.1 and .[0].share < 0.3 and .[1].share == 1 and .[2].share == 0' "$BATS_TEST_TMPDIR/weights"
  nothing_is_left
}

# bats test_tags=long
@test "counters without traffic say that nothing is known, and it goes on" {
  effect_spec 'counters: envoy, timeout: 3s' '[50]'
  run -0 canary "$(next_tag)"
  echo "$output"
  [[ "$output" == *"50 % accepted, not verified by traffic: 0 requests in 3.0s"* ]]
  nothing_is_left
}

@test "a weight that was accepted and leads nobody to the canary ends the rollout" {
  local before
  before=$(live_image shop-demo)
  effect_spec "$(by_probe effect-other.test), timeout: 3s"
  start_traffic nobody effect.test --rate 60
  run -1 canary "$(next_tag)"
  stop_traffic nobody
  echo "$output"
  nothing_failed "$report" 100
  [[ "$output" == *"RouterFailed: 20 % accepted, but none of 100 probes were answered by the canary (all said ${before##*:}, as stable did before there was a canary)"* ]]
  [[ "$output" == *"all traffic is at stable: 0 % in effect (none of 100 probes)"* ]]
  [[ "$(live_image shop-demo)" == "$before" ]]
  nothing_is_left
}

# bats test_tags=long
@test "it goes on in spite of that, when the user says so" {
  effect_spec "$(by_probe effect-other.test), timeout: 1s, otherwise: go-on" '[50]'
  run -0 canary "$(next_tag)"
  echo "$output"
  [[ "$output" == *"! 50 % accepted, not verified by traffic: none of 100 probes were answered by the canary"*"otherwise: go-on"* ]]
  nothing_is_left
}

# bats test_tags=long
@test "an agent that is killed while it looks at traffic looks again" {
  local before code=0
  before=$(live_image shop-demo)
  effect_spec "$(by_probe effect-other.test), timeout: 8s" '[20]'
  start_agent "$BATS_TEST_TMPDIR/agent" "probes: [\"http://$LEADSMAN_TEST_GATEWAY\"]"
  canary "$(next_tag)" --agent "$agent" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
  local job=$!
  wait_for 60 "the weight to be accepted" grep -q '20 % accepted by' "$BATS_TEST_TMPDIR/log"
  stop_agent -KILL
  start_agent "$BATS_TEST_TMPDIR/agent" "probes: [\"http://$LEADSMAN_TEST_GATEWAY\"]"
  wait "$job" || code=$?
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 1))
  grep -q 'RouterFailed.*none of 100 probes' "$BATS_TEST_TMPDIR/log"
  [[ "$(live_image shop-demo)" == "$before" ]]
  nothing_is_left
}

@test "a plan tries the probe and says what stable answers, or what is wrong with it" {
  effect_spec "$(by_probe effect.test)"
  run -0 leadsman plan shop --file "$spec" --set "image.tag=$(next_tag)"
  echo "$output"
  [[ "$output" =~ "a weight is in effect when probes of http://"[0-9.:]+"/ show it; stable answers them with v"[123] ]]
  effect_spec "$(by_probe effect.test 'header: X-Nothing')"
  run leadsman plan shop --file "$spec" --set "image.tag=$(next_tag)"
  echo "$output"
  [[ "$output" == *"does not tell who answers: HTTP 200 without X-Nothing"* ]]
  effect_spec "$(by_probe effect.test 'json: /pod')"
  run leadsman plan shop --file "$spec" --set "image.tag=$(next_tag)"
  echo "$output"
  [[ "$output" == *"answers with several values (shop-demo-"* ]]
}

@test "a plan warns of pods that end while requests are still sent to them" {
  effect_spec "$(by_probe effect.test)"
  run -0 leadsman plan shop --file "$spec" --set "image.tag=$(next_tag)"
  [[ "$output" != *"requests may fail"* ]]
  run -0 leadsman plan shop --file "$spec" --set "image.tag=$(next_tag)" --set preStopSeconds=0
  echo "$output"
  [[ "$output" == *"requests may fail whenever pods of Deployment shop-demo are replaced"*"they lack lifecycle.preStop"* ]]
}

@test "an agent for many sends probes only where its operator allows it" {
  effect_spec "$(by_probe effect.test)"
  start_agent "$BATS_TEST_TMPDIR/agent" 'probes: ["https://*.example.com"]'
  run -4 canary v3 --agent "$agent"
  echo "$output"
  [[ "$output" == *"this agent sends no probes to http://$LEADSMAN_TEST_GATEWAY"* ]]
  canary_is_gone
}

# What a user sees who belongs to the match, who has an old cookie, and everybody else.
seen_by() { ask_gateway effect.test --max-time 20 "$@" | jq -r .version; }

# sees VERSION [curl option…]: whoever asks like that, each of several times.
sees() {
  local version=$1 seen
  shift
  for _ in {1..8}; do
    seen=$(seen_by "$@")
    [[ "$seen" == "$version" ]] || {
      echo "$* sees '$seen', not $version" >&2
      return 1
    }
  done
}

@test "a header leads to the canary at weight 0, then a cookie beside a weight, and neither stays behind" {
  local before tag
  before=$(live_image shop-demo)
  tag=$(next_tag)
  cat >"$BATS_TEST_TMPDIR/canary.yaml" <<'YAML'
config: {GREETING: only-here}
YAML
  effect_spec "$(by_probe effect.test)" '[{weight: 0, match: {header: X-Beta, value: "yes"}, pause: until-promoted}, {weight: 20, match: {cookie: beta, value: "1"}, pause: until-promoted}, 100]'
  sed -i 's|^      settle:|      values: [canary.yaml]\n&|' "$spec"
  start_agent "$BATS_TEST_TMPDIR/agent" "probes: [\"http://$LEADSMAN_TEST_GATEWAY\"]"
  start_traffic matched effect.test --rate 50
  canary "$tag" --agent "$agent" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
  local job=$!
  wait_for 90 "the first pause" grep -q 'leadsman promote' "$BATS_TEST_TMPDIR/log"
  id=$(grep -o 'leadsman promote [0-9a-f-]*' "$BATS_TEST_TMPDIR/log" | head -n 1 | cut -d' ' -f3)
  grep -q '0 % and 1 match in effect (none of 100 probes, 100 % of 100 probes with the match)' "$BATS_TEST_TMPDIR/log"
  sees "$tag" --header 'X-Beta: yes'
  sees "${before##*:}" --header 'X-Beta: no'
  sees "${before##*:}"
  [[ "$("$kubectl" -n "$namespace" get configmap shop-canary-demo -o 'jsonpath={.data.GREETING}')" == only-here ]]
  [[ "$("$kubectl" -n "$namespace" get configmap shop-demo -o 'jsonpath={.data.GREETING}')" == hello ]]
  leadsman promote "$id" --agent "$agent"
  wait_for 60 "the second pause" eval '(( $(grep -c "paused until somebody says" "$BATS_TEST_TMPDIR/log") >= 2 ))'
  grep -q '20 % and 1 match in effect (.*, 100 % of 100 probes with the match)' "$BATS_TEST_TMPDIR/log"
  sees "$tag" --header 'Cookie: a=b; beta=1'
  # The header of the step before leads nowhere special any more.
  local elsewhere=0
  for _ in {1..25}; do [[ "$(seen_by --header 'X-Beta: yes')" == "$tag" ]] || elsewhere=1; done
  ((elsewhere == 1))
  leadsman promote "$id" --agent "$agent" --full
  wait "$job"
  stop_traffic matched
  cat "$BATS_TEST_TMPDIR/log"
  nothing_failed "$report" 500
  nothing_is_left
  [[ "$(live_image shop-demo)" == *:"$tag" ]]
  # What was for the canary alone never came to stable.
  [[ "$("$kubectl" -n "$namespace" get configmap shop-demo -o 'jsonpath={.data.GREETING}')" == hello ]]
}

# bats test_tags=long
@test "an abort while a match leads to the canary leaves no match behind" {
  local before
  before=$(live_image shop-demo)
  effect_spec "$(by_probe effect.test)" '[{weight: 0, match: {header: X-Beta, value: "yes"}, pause: until-promoted}, 100]'
  start_agent "$BATS_TEST_TMPDIR/agent" "probes: [\"http://$LEADSMAN_TEST_GATEWAY\"]"
  canary "$(next_tag)" --agent "$agent" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
  local job=$! code=0
  wait_for 90 "the pause" grep -q 'leadsman promote' "$BATS_TEST_TMPDIR/log"
  id=$(grep -o 'leadsman promote [0-9a-f-]*' "$BATS_TEST_TMPDIR/log" | head -n 1 | cut -d' ' -f3)
  leadsman abort "$id" --agent "$agent" --reason 'seen enough'
  wait "$job" || code=$?
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 1))
  nothing_is_left
  sees "${before##*:}" --header 'X-Beta: yes'
}

# split_of_gateway WINDOW: how much of what the gateway sent to either side went to the canary, in percent.
split_of_gateway() {
  local sent="sum(increase(envoy_cluster_upstream_rq{envoy_cluster_name=~\"canary-effect_%s_.*\"}[$1]))" canary all
  # shellcheck disable=SC2059  # the query is the pattern
  canary=$(printf "$sent" shop-canary-demo)
  # shellcheck disable=SC2059
  all=$(printf "$sent" 'shop(-canary)?-demo')
  prometheus_query "100 * $canary / $all"
}

# As a node that is drained does, while everything else goes on.
# One after another, as whoever drains a node would.
replace_pods() { "$kubectl" -n "$namespace" rollout restart deployment "$1-demo" >/dev/null; }

# bats test_tags=long
@test "twenty thousand requests through an abort and a whole canary, pods replaced meanwhile, and none fails" {
  local log=$BATS_TEST_TMPDIR/log tag job since kept fresh
  tag=$(next_tag)
  effect_spec 'counters: envoy' '[25, {weight: 50, pause: until-promoted}, 100]'
  start_agent "$BATS_TEST_TMPDIR/agent"
  start_traffic kept effect.test --rate 200 --connections 100
  start_traffic fresh effect.test --rate 80 --connections 60 --keep-alive=false
  run -1 canary "$tag" --set tests.fail=true --agent "$agent"
  echo "$output"
  [[ "$output" == *TestsFailed* ]]
  nothing_is_left
  canary "$tag" --agent "$agent" >"$log" 2>&1 3>&- &
  job=$!
  wait_for 90 "the pause" grep -q 'leadsman promote' "$log"
  id=$(grep -o 'leadsman promote [0-9a-f-]*' "$log" | head -n 1 | cut -d' ' -f3)
  since=$(date -u +%FT%TZ)
  replace_pods shop-canary
  replace_pods shop
  settled() { "$kubectl" -n "$namespace" rollout status deployment/shop-demo --timeout=1s && "$kubectl" -n "$namespace" rollout status deployment/shop-canary-demo --timeout=1s; }
  wait_for 30 "the pods" settled
  many() { (($(jq --slurp --arg since "$since" '[.[] | select(.t >= $since) | .total] | add // 0' "$BATS_TEST_TMPDIR/kept.timeline") >= 2500)); }
  wait_for 60 "enough traffic to see the split" many
  # Half of the users' requests, whatever became of pods meanwhile.
  about 50 "$(split_of_gateway 10s)" 8
  leadsman promote "$id" --agent "$agent"
  wait "$job"
  cat "$log"
  enough() { (($(jq --slurp '[.[].total] | add' "$BATS_TEST_TMPDIR"/kept.timeline "$BATS_TEST_TMPDIR"/fresh.timeline) >= 20200)); }
  wait_for 60 "twenty thousand requests" enough
  stop_traffic kept
  kept=$report
  stop_traffic fresh
  fresh=$report
  nothing_failed "$kept" 10000
  nothing_failed "$fresh" 2000
  jq --slurp --exit-status '[.[].total] | add >= 20000' "$kept" "$fresh"
  grep -Eq '25 % in effect \([0-9.]+ % of [0-9,]+ requests\)' "$log"
  nothing_is_left
}
