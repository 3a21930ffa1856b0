# Shared by the end-to-end suites: the real programs against a real cluster.
#   LEADSMAN_BIN               folder with leadsman and leadsman-agent
#   LEADSMAN_TEST_KUBECONFIG   of a cluster with the images leadsman/demo:v1, v2 and v3

root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
LEADSMAN_BIN=${LEADSMAN_BIN:-$root/build/release/bin}

need_cluster() {
  [[ -n "${LEADSMAN_TEST_KUBECONFIG:-}" ]] || skip "LEADSMAN_TEST_KUBECONFIG is not set"
  export KUBECONFIG=$LEADSMAN_TEST_KUBECONFIG
  LEADSMAN_HELM=${LEADSMAN_TEST_HELM:-$("$root/scripts/tool-path" helm)}
  export LEADSMAN_HELM
  kubectl=$("$root/scripts/tool-path" kubectl)
}

# A namespace of the suite's own, empty.
fresh_namespace() {
  namespace=$1
  "$kubectl" delete namespace "$namespace" --ignore-not-found --wait=true >/dev/null
  "$kubectl" create namespace "$namespace" >/dev/null
}

leadsman() { "$LEADSMAN_BIN/leadsman" "$@" </dev/null; }

# deploy RELEASE TAG [flags...]: helm/demo with small, quick settings.
deploy() {
  local release=$1 tag=$2
  shift 2
  leadsman deploy "$release" --chart "$root/helm/demo" --namespace "$namespace" \
    --set "image.tag=$tag" --set replicaCount=1 --set preStopSeconds=0 --timeout "${timeout:-60s}" "$@"
}

live_image() { "$kubectl" -n "$namespace" get deploy "$1" -o 'jsonpath={.spec.template.spec.containers[0].image}'; }

# v3 after v2 and v2 after v3: each deployment of shop has something to do.
next_tag() { [[ "$(live_image shop-demo)" == *:v2 ]] && echo v3 || echo v2; }

helm_status() { "$LEADSMAN_HELM" -n "$namespace" status "$1" -o json | jq -r .info.status; }

# Of the release "shop".
revision() { "$LEADSMAN_HELM" -n "$namespace" status shop -o json | jq .version; }

# completed N: of the revisions since $before so many were completed, one of them is deployed now, nothing is pending.
completed() {
  "$LEADSMAN_HELM" -n "$namespace" history shop -o json | jq -e --argjson before "$before" --argjson wanted "$1" '
    [.[] | select(.revision > $before) | .status] as $new
    | ($new | map(select(IN("deployed", "superseded"))) | length == $wanted) and ($new[-1] == "deployed")
      and ($new | all(IN("deployed", "superseded", "failed")))'
}

holder() { "$kubectl" -n "$namespace" get lease leadsman-shop -o 'jsonpath={.spec.holderIdentity}'; }
lease_is_free() { [[ -z $(holder) ]]; }

# wait_for SECONDS WHAT command...: until the command succeeds. The seconds are those of an idle machine; a busy one gets
# four times as many.
wait_for() {
  local limit=$((4 * $1)) what=$2 end
  shift 2
  end=$((SECONDS + limit))
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= end)); then
      echo "waited $limit s in vain for: $what" >&2
      return 1
    fi
    sleep 0.2
  done
}

# start_agent FOLDER [YAML [ADDRESS]]: a daemon with a state folder, listening on a Unix socket: $agent is its address,
# $agent_pid its process. YAML is more of its configuration, and it listens on ADDRESS too.
start_agent() {
  local folder=$1
  mkdir -p "$folder"
  chmod 700 "$folder"
  cat >"$folder/agent.yaml" <<YAML
listen: ["unix:$folder/agent.sock"${3:+, $3}]
state: $folder/state
clusters:
  default: {kubeconfig: $KUBECONFIG}
helm: {path: $LEADSMAN_HELM, processes: 4}${2:+
$2}
YAML
  "$LEADSMAN_BIN/leadsman-agent" --config "$folder/agent.yaml" >>"$folder/agent.log" 2>&1 3>&- &
  agent_pid=$!
  agent=unix:$folder/agent.sock
  wait_for 15 "the agent to listen" curl -sf --unix-socket "$folder/agent.sock" http://localhost/healthz
}

stop_agent() {
  [[ -n "${agent_pid:-}" ]] || return 0
  kill "${1:--TERM}" "$agent_pid" 2>/dev/null || true
  wait "$agent_pid" 2>/dev/null || true
  agent_pid=
}
