#!/usr/bin/env bats
# The gateway and Prometheus that scripts/test gives the cluster, and what the demo chart does behind them: what every suite
# that routes traffic relies on.

# shellcheck source=tests/e2e/helper.bash
source "$BATS_TEST_DIRNAME/../e2e/helper.bash"
# shellcheck source=tests/e2e/gateway.bash
source "$BATS_TEST_DIRNAME/../e2e/gateway.bash"

setup_file() {
  need_gateway
  fresh_namespace test-gateway
  install one v1 &
  install two v2
  wait $!
}

teardown_file() {
  [[ -z "${LEADSMAN_TEST_GATEWAY:-}" ]] || "$kubectl" delete namespace test-gateway --wait=false
}

setup() {
  need_gateway
  namespace=test-gateway
}

teardown() {
  end_traffic
}

# install RELEASE TAG
install() {
  "$LEADSMAN_HELM" -n test-gateway upgrade --install "$1" "$root/helm/demo" --set "image.tag=$2,nameOverride=app" --wait --timeout 2m >/dev/null
}

@test "a route of 50 and 50 splits the answers so" {
  make_route "$namespace" half one-app half.example one-app=50 two-app=50
  start_traffic half half.example --rate 400 --duration 4s
  wait_for 10 "the traffic to end" test -s "$BATS_TEST_TMPDIR/half.json"
  stop_traffic half
  nothing_failed "$report" 1500
  # 1,600 draws: six standard deviations.
  about 50 "$(split_of v1 "$report")" 7.5
}

@test "a weight of 0 gets nothing, and a change moves all of it without losing a request" {
  make_route "$namespace" turn one-app turn.example one-app=100 two-app=0
  start_traffic turn turn.example --rate 200
  set_weights "$namespace" turn 0 100
  wait_for 2 "the new version to have it all" all_from_v2
  since=$(date -u +%FT%TZ)
  wait_for 5 "a line about the seconds after" has_line_after "$since"
  stop_traffic turn
  about 100 "$(split_of v2 "$BATS_TEST_TMPDIR/turn.timeline" "$since")" 0
  nothing_failed "$report" 200
  [[ "$(jq -s '.[0].by_version | keys == ["v1"]' "$BATS_TEST_TMPDIR/turn.timeline")" == true ]]
}

has_line_after() {
  jq --exit-status --slurp --arg since "$1" 'last.t > $since' "$BATS_TEST_TMPDIR/turn.timeline"
}

all_from_v2() {
  [[ "$(tail -n 1 "$BATS_TEST_TMPDIR/turn.timeline" | jq -c '.by_version | keys')" == '["v2"]' ]]
}

# One that gets weight in the change that brings it, or loses both in one, does: for some milliseconds Envoy has the one of
# route and backend and not the other. Contour makes one change of two that come within 100 ms, hence the wait for the status.
@test "a backend that enters and leaves at weight 0 costs no request" {
  make_route "$namespace" door one-app door.example
  start_traffic door door.example --rate 300
  make_route "$namespace" door one-app door.example one-app=100 two-app=0
  make_route "$namespace" door one-app door.example one-app=50 two-app=50
  make_route "$namespace" door one-app door.example one-app=100 two-app=0
  make_route "$namespace" door one-app door.example one-app=100
  stop_traffic door
  nothing_failed "$report" 300
}

@test "the gateway shows what it has accepted: status at the generation of the change" {
  make_route "$namespace" told one-app told.example
  wait_for 10 "the status" conditions_are '["Accepted=True","ResolvedRefs=True"]'
  "$kubectl" -n "$namespace" patch httproute told --type json \
    --patch '[{"op": "replace", "path": "/spec/rules/0/backendRefs/0/name", "value": "absent"}]'
  wait_for 10 "the missing Service to be told" conditions_are '["Accepted=True","ResolvedRefs=False"]'
}

conditions_are() {
  [[ "$("$kubectl" -n "$namespace" get httproute told -o json | jq -c '.metadata.generation as $now |
    [.status.parents[0].conditions[] | select(.observedGeneration == $now) | "\(.type)=\(.status)"] | sort')" == "$1" ]]
}

@test "pods are replaced under load without a failed request, with connections kept and without" {
  make_route "$namespace" roll one-app roll.example
  start_traffic kept roll.example --rate 200
  start_traffic anew roll.example --rate 50 --keep-alive=false
  install one v2
  wait_for 20 "the old pods to be gone" only_pods_of v2
  stop_traffic kept
  nothing_failed "$report" 200
  [[ "$(jq '.by_version | length' "$report")" == 2 ]]
  stop_traffic anew
  nothing_failed "$report" 50
}

only_pods_of() {
  "$kubectl" -n "$namespace" get pods -l app.kubernetes.io/instance=one -o json |
    jq --exit-status --arg image "leadsman/demo:$1" '[.items[].spec.containers[0].image] | unique == [$image]'
}

@test "the chart renders a route of its own when it is told to" {
  "$LEADSMAN_HELM" template shop "$root/helm/demo" --set route.enabled=true,route.host=own.example --show-only templates/httproute.yaml |
    "$kubectl" -n "$namespace" apply --dry-run=server -f -
  run "$LEADSMAN_HELM" template shop "$root/helm/demo" --show-only templates/httproute.yaml
  [[ "$status" != 0 && "$output" == *"could not find template"* ]]
}

@test "Prometheus has what the pods answered, by release, and what the gateway saw" {
  need_prometheus
  make_route "$namespace" seen two-app seen.example
  start_traffic seen seen.example --rate 100
  wait_for 20 "the pods' rate" rate_is_about 100 'sum(rate(http_requests_total{namespace="test-gateway",release="two",code="200"}[5s]))'
  wait_for 20 "the gateway's rate" rate_is_about 100 'sum(rate(envoy_cluster_upstream_rq{envoy_cluster_name="test-gateway_two-app_80",envoy_response_code="200"}[5s]))'
  stop_traffic seen
  [[ "$(prometheus_query 'count(count by (pod) (http_requests_total{namespace="test-gateway",release="two"}))')" == 2 ]]
}

rate_is_about() {
  about "$1" "$(prometheus_query "$2")" 20
}

@test "Prometheus has processor time and memory of containers" {
  need_prometheus
  wait_for 30 "the kubelet to have looked" test_container_figures
}

test_container_figures() {
  [[ -n "$(prometheus_query 'container_memory_working_set_bytes{namespace="test-gateway",container="demo"} > 0')" &&
    -n "$(prometheus_query 'container_cpu_usage_seconds_total{namespace="test-gateway",container="demo"} > 0')" ]]
}
