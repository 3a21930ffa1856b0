#!/usr/bin/env bats
# The agent's own API behind a real gateway: a stream in which nothing happens stays alive, and one that is cut off goes on
# where it was.
# bats file_tags=long
bats_require_minimum_version 1.5.0

load helper.bash
load gateway.bash
load canary.bash

setup_file() {
  need_gateway
  ((EUID == 0)) || skip "an agent in the cluster's network is root's"
  fresh_namespace follow-gateway
  canary_values
  spec=$BATS_FILE_TMPDIR/leadsman.yaml
  # Something that is quiet for more than a minute.
  canary_spec "$spec" 'steps: [{weight: 50, pause: 70s}, 100]'
  canary v1 --tests skip
  make_route follow-gateway shop shop-demo follow.test
}

setup() {
  need_gateway
  ((EUID == 0)) || skip "an agent in the cluster's network is root's"
  namespace=follow-gateway
  gateway=http://localhost:${LEADSMAN_TEST_GATEWAY##*:}
  start_agent_behind_gateway "$BATS_TEST_TMPDIR/agent"
}

teardown() {
  [[ ! -e "$BATS_TEST_TMPDIR/events" ]] || jq -r '"\(.at) \(.seq) \(.kind) \(.message)"' "$BATS_TEST_TMPDIR/events" | tail -5 >&2
  tail -15 "$BATS_TEST_TMPDIR/agent/agent.log" >&2 || true
  stop_agent
}

teardown_file() { "$kubectl" delete namespace follow-gateway --wait=false --ignore-not-found >/dev/null; }

# An agent in the cluster's network, where the gateway reaches it at the node's own address.
start_agent_behind_gateway() {
  local folder=$1 inside
  inside=$("$root/scripts/dev-cluster" address "$LEADSMAN_TEST_CLUSTER" gateway --inside)
  inside=${inside%:*}
  port=$((20000 + RANDOM % 10000))
  mkdir -p "$folder"
  chmod 700 "$folder"
  local public
  public=$(leadsman key generate --out "$folder/key" | grep -o 'public-key: .*')
  cat >"$folder/agent.yaml" <<YAML
listen: ["unix:$folder/agent.sock", "$inside:$port"]
behind-proxy: true
state: $folder/state
clusters:
  default: {kubeconfig: $KUBECONFIG}
helm: {path: $LEADSMAN_HELM, processes: 4}
access: {keys: [{name: follower, $public, may: [deploy, read, cancel], releases: ['*/*']}]}
YAML
  "$root/scripts/dev-cluster" exec "$LEADSMAN_TEST_CLUSTER" "$LEADSMAN_BIN/leadsman-agent" --config "$folder/agent.yaml" >"$folder/agent.log" 2>&1 3>&- &
  agent_pid=$!
  wait_for 15 "the agent to listen" curl -sf --unix-socket "$folder/agent.sock" http://localhost/healthz
  "$kubectl" -n "$namespace" apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Service
metadata: {name: agent}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: agent, labels: {kubernetes.io/service-name: agent}}
addressType: IPv4
ports: [{name: http, port: $port}]
endpoints: [{addresses: ["$inside"], conditions: {ready: true}}]
YAML
}

# agent_route [TIMEOUTS]: to the agent, for whoever asks for localhost; it is in effect when this returns.
agent_route() {
  "$kubectl" -n "$namespace" apply -f - >/dev/null <<YAML
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: agent}
spec:
  parentRefs: [{namespace: gateway, name: edge}]
  hostnames: [localhost]
  rules: [{backendRefs: [{name: agent, port: 80}]${1:+, timeouts: $1}}]
YAML
  wait_for 15 "the route to be accepted" route_is_accepted "$namespace" agent
  wait_for 15 "the route to be in effect" curl -sf "$gateway/readyz"
}

streams() { grep -cE 'GET /v1/deployments/[^ ]*/events 200' "$BATS_TEST_TMPDIR/agent/agent.log" || true; }

# quiet_deployment TAG: followed through the gateway.
quiet_deployment() {
  events=$BATS_TEST_TMPDIR/events
  spec=$BATS_FILE_TMPDIR/leadsman.yaml
  canary "$1" --tests skip --agent "$gateway" --key "$BATS_TEST_TMPDIR/agent/key" --output json >"$events" 2>"$events.err"
}

# The client heard each event once, and the end; for more than a minute it heard nothing.
heard_all() {
  jq -s -e '[.[].seq] == [range(1; length + 1)] and .[-1].kind == "finished" and .[-1].data.phase == "succeeded"' "$events"
  jq -s -e '[.[].at | sub("\\.[0-9]+Z"; "Z") | fromdateiso8601] | [.[1:], .[:-1]] | transpose | map(.[0] - .[1]) | max > 60' "$events"
}

# What Contour does unless it is told otherwise.
@test "a gateway that ends every request after 15 seconds: the client comes back each time, and misses nothing" {
  agent_route
  quiet_deployment v2
  heard_all
  (($(streams) >= 4))
}

@test "without a limit for the whole request, one stream lasts through a minute in which nothing happens" {
  agent_route '{request: 0s}'
  quiet_deployment v3
  heard_all
  one_stream() { [[ "$(streams)" == 1 ]]; }
  wait_for 10 "one stream, and its end" one_stream
}
