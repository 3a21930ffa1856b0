#!/usr/bin/env bats
# Metrics of a canary, from a real Prometheus that asks a real gateway.
bats_require_minimum_version 1.5.0

load helper.bash
load gateway.bash
load canary.bash

setup_file() {
  need_prometheus
  first_release measured measured.test
}

setup() {
  need_prometheus
  namespace=measured
  spec=$BATS_TEST_TMPDIR/leadsman.yaml
}

teardown() { end_traffic; }

teardown_file() { "$kubectl" delete namespace measured --wait=false --ignore-not-found >/dev/null; }

# measured_spec GATES [ADDRESS]: one weight, looked at often.
measured_spec() {
  canary_spec "$spec" "steps: [{weight: 40, gates: [$1]}]"
  sed -i "s|^    strategy: canary|    metrics: {prometheus: {address: \"http://${2:-$LEADSMAN_TEST_PROMETHEUS}\"}}\n&|" "$spec"
}

quick='from: envoy, interval: 1s, window: 10s, count: 3'

# bats test_tags=long
@test "a canary whose numbers are good goes on" {
  measured_spec "{metric: {use: http-error-rate, max: 1%, $quick}}"
  start_traffic good measured.test --rate 80
  run -0 canary v2
  stop_traffic good
  echo "$output"
  [[ "$output" == *"http-error-rate is 0 % of "*" samples"* ]]
  [[ "$output" == *"✓ measure the canary 40 %"* ]]
  [[ "$(live_image shop-demo)" == *:v2 ]]
}

@test "a canary that answers with errors is sent home, and the numbers are said" {
  local before
  before=$(live_image shop-demo)
  measured_spec "{metric: {use: http-error-rate, max: 1%, $quick}}"
  start_traffic bad measured.test --rate 80
  # A number: helm takes what --set says for text.
  echo 'demo: {failRate: 0.5}' >"$BATS_TEST_TMPDIR/broken.yaml"
  run -1 canary v3 --values "$BATS_TEST_TMPDIR/broken.yaml"
  stop_traffic bad
  echo "$output"
  [[ "$output" == *MetricsFailed* ]]
  [[ "$output" == *"above the 1 % allowed"* ]]
  [[ "$output" == *"all traffic is at stable and the canary was removed"* ]]
  [[ "$(live_image shop-demo)" == "$before" ]]
  canary_is_gone
}

# bats test_tags=long
@test "no traffic is no success" {
  measured_spec "{metric: {use: http-error-rate, max: 1%, $quick, inconclusive-limit: 2}}"
  run -1 canary v3
  echo "$output"
  [[ "$output" == *MetricsInconclusive* ]]
  canary_is_gone
}

# bats test_tags=long
@test "a source that does not answer is no success" {
  measured_spec "{metric: {use: http-error-rate, max: 1%, $quick, error-limit: 1}}" 127.0.0.1:9
  run -1 canary v3
  echo "$output"
  [[ "$output" == *MetricsUnavailable* ]]
  canary_is_gone
}
