#!/usr/bin/env bats
# Health and metrics of a rolling release, from a real Prometheus that asks a real gateway: gates after the upgrade, API
# calls and commands.
bats_require_minimum_version 1.5.0

load helper.bash
load gateway.bash
load health.bash

setup_file() {
  need_prometheus
  fresh_namespace health
  rolling_spec "$BATS_FILE_TMPDIR/first.yaml" '[]'
  spec=$BATS_FILE_TMPDIR/first.yaml
  rolling v1
  make_route health shop shop-demo health.test
}

setup() {
  need_prometheus
  namespace=health
  spec=$BATS_TEST_TMPDIR/leadsman.yaml
}

teardown() {
  end_traffic
  stop_agent
  end_own_prometheus
}

teardown_file() { "$kubectl" delete namespace health --wait=false --ignore-not-found >/dev/null; }

quick='from: envoy, interval: 1s, window: 10s, count: 3'
tree="health: {$quick, infrastructure: off, uptime: off}"

# bats test_tags=long
@test "a release whose numbers are good after its upgrade is verified" {
  rolling_spec "$spec" "[{$tree}, {metric: {use: http-p99, against: before, tolerance: 100%, good-enough: 200ms, $quick}}]"
  run -0 leadsman plan shop --file "$spec" --set image.tag=v2
  echo "$output"
  [[ "$output" == *"measure health, http-p99"* ]]
  start_traffic good health.test --rate 80
  warm_up shop-demo
  run -0 rolling v2
  stop_traffic good
  echo "$output"
  nothing_failed "$report" 200
  [[ "$output" == *"✓ measure the release"* ]]
  [[ "$output" == *"health/error-rate is 0 % of "*" samples"* ]]
  [[ "$(live_image shop-demo)" == *:v2 ]]
}

@test "a release that is slow after its upgrade is rolled back, and that is proved" {
  local before
  before=$(live_image shop-demo)
  rolling_spec "$spec" "[{health: {$quick, p99: 100ms, infrastructure: off, uptime: off}}]"
  start_traffic slow health.test --rate 60
  run -1 rolling v3 --set demo.delay=300ms
  stop_traffic slow
  echo "$output"
  [[ "$output" == *MetricsFailed* ]]
  [[ "$output" == *"health/p99 is "*"above the 100 ms allowed"* ]]
  [[ "$output" == *"✓ prove the way back"* ]]
  [[ "$(live_image shop-demo)" == "$before" ]]
}

# bats test_tags=long
@test "a release that is slower than it was before its upgrade is rolled back" {
  local before
  before=$(live_image shop-demo)
  rolling_spec "$spec" "[{metric: {use: http-mean, against: before, tolerance: 50%, $quick}}]"
  start_traffic slower health.test --rate 60
  warm_up shop-demo
  run -1 rolling v3 --set demo.delay=200ms
  stop_traffic slower
  echo "$output"
  [[ "$output" == *"before the upgrade it was "*" would be allowed"* ]]
  [[ "$(live_image shop-demo)" == "$before" ]]
}

# bats test_tags=long
@test "no traffic after the upgrade is no success" {
  local before
  before=$(live_image shop-demo)
  rolling_spec "$spec" "[{metric: {use: http-error-rate, max: 5%, $quick, inconclusive-limit: 1}}]"
  run -1 rolling v3
  echo "$output"
  [[ "$output" == *MetricsInconclusive* ]]
  [[ "$(live_image shop-demo)" == "$before" ]]
}

# bats test_tags=long
@test "an agent that is killed while it measures goes on" {
  rolling_spec "$spec" "[{$tree}]"
  start_traffic killed health.test --rate 60
  LEADSMAN_FAILPOINT=after-save.analyze start_agent "$BATS_TEST_TMPDIR/agent"
  rolling "$(next_tag)" --agent "$agent" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
  local job=$! code=0
  wait "$agent_pid" 2>/dev/null || true
  start_agent "$BATS_TEST_TMPDIR/agent"
  wait "$job" || code=$?
  stop_traffic killed
  cat "$BATS_TEST_TMPDIR/log"
  ((code == 0))
  nothing_failed "$report" 200
}

@test "what gates cannot measure is said by the plan, and refused before anything is touched" {
  local before
  before=$(revision)
  rolling_spec "$spec" "[{$tree}]" 'service: shpo-demo'
  run -4 leadsman plan shop --file "$spec" --set image.tag=v2
  echo "$output"
  [[ "$output" == *GatesRefused* ]]
  [[ "$output" == *"no 'shpo-demo' (did you mean 'shop-demo'?)"* ]]
  run -4 rolling v2
  [[ "$output" == *GatesRefused* ]]
  sed -i 's/prometheus: {/prometeus: {/' "$spec"
  run -4 leadsman plan shop --file "$spec" --set image.tag=v2
  echo "$output"
  [[ "$output" == *"this agent has no source of metrics 'prometeus'; it has "*prometheus* ]]
  [[ "$(revision)" == "$before" ]]
}

# bats test_tags=long
@test "health and metrics are answers of the API, and pages" {
  local id
  rolling_spec "$spec" "[{$tree}]"
  start_agent "$BATS_TEST_TMPDIR/agent"
  run -2 leadsman health shop --file "$spec" --agent "$agent"
  [[ "$output" == *"has deployed no 'shop'"* ]]
  start_traffic asked health.test --rate 60
  warm_up shop-demo
  run -0 rolling "$(next_tag)" --agent "$agent" --output json
  id=$(jq -r 'select(.kind == "created") | .data.id' <<<"$output" | head -n 1)

  run -0 leadsman health shop --file "$spec" --agent "$agent"
  echo "$output"
  [[ "$output" == *"shop (namespace health)  healthy  Service shop-demo, last 10s, by prometheus"* ]]
  api GET /v1/clusters/default/namespaces/health/releases/shop/health
  jq -e '.health == "healthy" and [.checks[].check] == ["error-rate", "p99", "response-time"] and all(.checks[]; .verdict == "passed" and .samples >= 10)' <<<"$output"

  run -0 leadsman metrics "$id" --agent "$agent" --window 10s
  echo "$output"
  [[ "$output" == *"requests a second"* ]]
  [[ "$output" == *"health/error-rate"*passed* ]]
  api GET "/v1/deployments/$id/metrics?window=10s"
  jq -e '.canary == null and .stable.error_rate.value == 0 and .stable.latency.p99.value > 0 and .stable.throughput.value > 10
    and (.measurements | length) >= 9 and .verdicts[0].verdict.verdict == "passed"' <<<"$output"

  run -0 leadsman metrics "$id" --agent "$agent" --compare http-p99 --window 5s
  echo "$output"
  [[ "$output" == *before*after* ]]
  wait_for 15 "the window after the deployment" compared "$id"
  api GET "/v1/deployments/$id/metrics/compare?metric=http-throughput&window=5s"
  jq -e '.before.number.value > 10 and .after.number.value > 10 and .change != null' <<<"$output"
  run -2 leadsman metrics "$id" --agent "$agent" --compare http-p98
  [[ "$output" == *"did you mean 'http-p9"* ]]
  stop_traffic asked

  wait_for 30 "the window without traffic" is_unknown
  run -1 leadsman health shop --file "$spec" --agent "$agent"
  echo "$output"
  [[ "$output" == *unknown*NoTraffic* || "$output" == *unknown*NoData* ]]
}

compared() {
  api GET "/v1/deployments/$1/metrics/compare?metric=http-throughput&window=5s"
  jq -e '.after.window == "5s" and .after.number.value > 0' <<<"$output"
}

is_unknown() {
  api GET /v1/clusters/default/namespaces/health/releases/shop/health
  jq -e '.health == "unknown"' <<<"$output"
}

@test "health without an agent is that of leadsman.yaml" {
  rolling_spec "$spec" "[{$tree}]"
  start_traffic embedded health.test --rate 60
  warm_up shop-demo
  run -0 leadsman health shop --file "$spec"
  stop_traffic embedded
  echo "$output"
  [[ "$output" == *healthy* ]]
  sed -i '/^    metrics:/d; /^    gates:/d' "$spec"
  run -2 leadsman health shop --file "$spec"
  [[ "$output" == *"no source of metrics is known"* ]]
  rolling_spec "$spec" "[{$tree}]" '' 127.0.0.1:9
  run -1 leadsman health shop --file "$spec"
  echo "$output"
  [[ "$output" == *unknown*SourceUnreachable* ]]
}

# bats test_tags=long
@test "pods beyond their bounds are an infrastructure failure, whatever their Deployment is called" {
  local before
  before=$(live_image shop-demo)
  # A Prometheus of its own: pods of the release use 95 % of their memory once v3 is there; others do not matter.
  start_own_prometheus
  rolling_spec "$spec" "[{health: {interval: 1s, window: 30s, count: 2, delay: 12s, min-samples: 2, error-rate: off, p99: off, response-time: off, uptime: off}}]" '' "$own_prometheus"
  run -1 rolling v3
  echo "$output"
  [[ "$output" == *"health/infrastructure is "*" samples, below the 95 % required"* ]]
  [[ "$(live_image shop-demo)" == "$before" ]]
}
