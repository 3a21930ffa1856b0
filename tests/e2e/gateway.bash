# Suites that route traffic; beside helper.bash.
#   LEADSMAN_TEST_GATEWAY      address of a gateway for HTTPRoutes, such as 127.0.0.1:18080
#   LEADSMAN_TEST_PROMETHEUS   address of a Prometheus that asks pods and gateway each second
#   LEADSMAN_TEST_CLUSTER      name of the cluster, so that traffic can be sent from inside its network

need_gateway() {
  need_cluster
  [[ -n "${LEADSMAN_TEST_GATEWAY:-}" ]] || skip "LEADSMAN_TEST_GATEWAY is not set"
  [[ -n "${LEADSMAN_TEST_CLUSTER:-}" ]] || skip "LEADSMAN_TEST_CLUSTER is not set"
}

need_prometheus() {
  need_gateway
  [[ -n "${LEADSMAN_TEST_PROMETHEUS:-}" ]] || skip "LEADSMAN_TEST_PROMETHEUS is not set"
}

# make_route NAMESPACE NAME SERVICE HOST [SERVICE=WEIGHT…]: an HTTPRoute like a user's, in effect when this returns. Without
# weights all of it goes to SERVICE.
make_route() {
  local namespace=$1 name=$2 service=$3 host=$4 pair backends=''
  shift 4
  (($#)) || set -- "$service=1"
  for pair in "$@"; do
    backends+="${backends:+, }{name: ${pair%=*}, port: 80, weight: ${pair#*=}}"
  done
  "$kubectl" -n "$namespace" apply -f - >/dev/null <<YAML
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: $name}
spec:
  parentRefs: [{namespace: gateway, name: edge}]
  hostnames: [$host]
  rules: [{backendRefs: [$backends]}]
YAML
  wait_for 15 "route $name to be accepted" route_is_accepted "$namespace" "$name"
  wait_for 15 "route $name to be in effect" ask_gateway "$host"
}

# route_is_accepted NAMESPACE ROUTE: its status speaks of the route as it is now.
route_is_accepted() {
  "$kubectl" -n "$1" get httproute "$2" -o json | jq --exit-status '.metadata.generation as $now |
    .status.parents[0].conditions | length > 0 and all(.observedGeneration == $now and .status == "True")'
}

# set_weights NAMESPACE ROUTE WEIGHT…: of its backends in their order, as a user's hand would.
set_weights() {
  local namespace=$1 route=$2 weight patch='' index=0
  shift 2
  for weight in "$@"; do
    patch+="${patch:+, }{\"op\": \"replace\", \"path\": \"/spec/rules/0/backendRefs/$index/weight\", \"value\": $weight}"
    index=$((index + 1))
  done
  "$kubectl" -n "$namespace" patch httproute "$route" --type json --patch "[$patch]" >/dev/null
}

# ask_gateway HOST [curl option…]: one request from outside.
ask_gateway() {
  curl --silent --fail --max-time 5 --header "Host: $1" "${@:2}" "http://$LEADSMAN_TEST_GATEWAY/"
}

# start_traffic NAME HOST [option of tests/traffic…]: until stop_traffic NAME. It is sent from inside the cluster's network,
# straight to the gateway. Returns when it flows. Files: $BATS_TEST_TMPDIR/NAME.json at the end, NAME.timeline meanwhile.
start_traffic() {
  local name=$1 host=$2 inside program files=$BATS_TEST_TMPDIR/$1
  shift 2
  program=$("$root/scripts/tool-path" traffic)
  inside=$("$root/scripts/dev-cluster" address "$LEADSMAN_TEST_CLUSTER" gateway --inside)
  rm -f "$files.json" "$files.timeline"
  "$root/scripts/dev-cluster" exec "$LEADSMAN_TEST_CLUSTER" "$program" --url "http://$inside/" --host "$host" \
    --out "$files.json" --timeline "$files.timeline" "$@" >"$files.log" 2>&1 3>&- </dev/null &
  echo $! >"$files.pid"
  wait_for 15 "traffic to flow" test -s "$files.timeline" || {
    cat "$files.log" >&2
    return 1
  }
}

# stop_traffic NAME: ends it and waits for its report, whose path is then in $report.
stop_traffic() {
  local pid
  report=$BATS_TEST_TMPDIR/$1.json
  pid=$(cat "$BATS_TEST_TMPDIR/$1.pid")
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  rm "$BATS_TEST_TMPDIR/$1.pid"
  [[ -s "$report" ]] || {
    cat "$BATS_TEST_TMPDIR/$1.log" >&2
    return 1
  }
}

# Of a test that failed before it stopped its traffic.
end_traffic() {
  local file
  for file in "$BATS_TEST_TMPDIR"/*.pid; do
    [[ ! -e "$file" ]] || kill "$(cat "$file")" 2>/dev/null || true
  done
}

# nothing_failed FILE AT_LEAST: says what did.
nothing_failed() {
  jq -r '"\(.total) requests, \(.failed) failed, \(.by_version), p99 \(.latency_ms.p99) ms", .first_errors[]' "$1"
  jq --exit-status --argjson least "$2" '.failed == 0 and .total >= $least' "$1" >/dev/null
}

# split_of VERSION FILE [SINCE]: how much of the answers came from it, in percent: of a whole report, or of a timeline from
# the second after SINCE on, an instant such as date -u +%FT%TZ gives.
split_of() {
  jq --slurp --raw-output --arg version "$1" --arg since "${3:-}" '
    [.[] | select($since == "" or (.t // "") >= $since) | .by_version] |
    ([.[] | .[$version] // 0] | add // 0) as $its | ([.[] | .[]] | add // 0) as $all |
    if $all == 0 then 0 else $its * 1000 / $all | round / 10 end' "$2"
}

# about WANTED FOUND TOLERANCE: in percent, as split_of has them.
about() {
  awk -v wanted="$1" -v found="$2" -v by="$3" 'BEGIN { exit !(found >= wanted - by && found <= wanted + by) }' || {
    echo "$2 %, not $1 % ± $3" >&2
    return 1
  }
}

# prometheus_query QUERY: the value of the first sample, nothing if there is none.
prometheus_query() {
  curl --silent --fail --max-time 5 --get --data-urlencode "query=$1" "http://$LEADSMAN_TEST_PROMETHEUS/api/v1/query" |
    jq --raw-output '.data.result[0].value[1] // empty'
}
