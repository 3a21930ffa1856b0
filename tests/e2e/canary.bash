# Suites about canaries; beside helper.bash and gateway.bash.

# canary_spec FILE [YAML below canary:]: a leadsman.yaml with the release shop, its route and two steps, without the pauses
# that a user would have.
canary_spec() {
  local file=$1
  shift
  {
    cat <<YAML
releases:
  shop:
    chart: $root/helm/demo
    namespace: $namespace
    values: [$BATS_FILE_TMPDIR/values.yaml]
    timeout: 60s
    strategy: canary
    canary:
      router: {gateway-api: {route: shop, service: shop-demo}}
      settle: 300ms
YAML
    printf '      %s\n' "${1:-steps: [20, 100]}"
  } >"$file"
}

# The smallest demo that loses no request: what the chart does for that stays as it is. One test is enough, unless a suite is
# about tests.
canary_values() {
  cat >"$BATS_FILE_TMPDIR/values.yaml" <<'YAML'
replicaCount: 2
fullnameOverride: ""
nameOverride: ""
tests: {job: false}
YAML
}

# first_release NAMESPACE HOST: v1 in a namespace of its own, and its route. Nobody to take traffic from yet: it is rolling.
first_release() {
  fresh_namespace "$1"
  canary_values
  spec=$BATS_FILE_TMPDIR/first.yaml
  canary_spec "$spec"
  canary v1
  make_route "$1" shop shop-demo "$2"
}

# canary TAG [flag…]: deploys it as $spec says.
canary() {
  local tag=$1
  shift
  leadsman deploy shop --file "$spec" --set "image.tag=$tag" "$@"
}

# start_waiting_canary TAG: deploys it in the background, of an agent of its own, until it waits to be promoted. $job is the
# process, $id the deployment, and its output is in $BATS_TEST_TMPDIR/log.
start_waiting_canary() {
  local log=$BATS_TEST_TMPDIR/log
  start_agent "$BATS_TEST_TMPDIR/agent"
  canary "$1" --agent "$agent" >"$log" 2>&1 3>&- &
  job=$!
  wait_for 60 "the pause" grep -q 'leadsman promote' "$log"
  id=$(grep -o 'leadsman promote [0-9a-f-]*' "$log" | head -n 1 | cut -d' ' -f3)
}

# Its name is the release's: shop, shop-canary.
service_of() { "$kubectl" -n "$namespace" get service -l "app.kubernetes.io/instance=$1" -o 'jsonpath={.items[0].metadata.name}'; }

route_weights() {
  "$kubectl" -n "$namespace" get httproute shop -o json | jq -c '[.spec.rules[].backendRefs[] | {(.name): .weight}] | add'
}

canary_is_gone() { ! "$LEADSMAN_HELM" -n "$namespace" status shop-canary >/dev/null 2>&1; }

# events_of ID: all of them, one JSON a line. Of a daemon at $agent.
events_of() { leadsman follow "$1" --agent "$agent" --output json; }
