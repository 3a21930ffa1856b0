# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# What a cluster has beside Kubernetes when it is asked to: each extra is some daemons
# in its namespaces and one address on the host. It keeps what it was given until down.

k_extras=(gateway prometheus)
extras=() # asked for now, or given earlier

# want_extras LIST: names with commas between them.
want_extras() {
  local name
  for name in ${1//,/ }; do
    [[ " ${k_extras[*]} " == *" $name "* ]] || fail "a cluster can have no \"$name\"" "it can have: ${k_extras[*]}"
    has_extra "$name" || extras+=("$name")
  done
}

recall_extras() {
  if [[ -s "$state/extras" ]]; then
    want_extras "$(<"$state/extras")"
  fi
}

remember_extras() {
  (IFS=, && echo "${extras[*]}") >"$state/extras"
}

has_extra() {
  [[ " ${extras[*]} " == *" $1 "* ]]
}

# daemons_of_extra NAME
daemons_of_extra() {
  case $1 in
    gateway) echo contour envoy forward-gateway-inside forward-gateway-outside ;;
    prometheus) echo prometheus forward-prometheus-inside forward-prometheus-outside ;;
  esac
}

tools_of_extra() {
  case $1 in
    gateway) echo contour gateway-crds envoy ;;
    prometheus) echo prometheus ;;
  esac
}

# start_extras: at once with the rest of the cluster; finish_extras waits for them.
start_extras() {
  if has_extra gateway; then
    say "cluster $cluster: the Gateway API, Contour, Envoy"
    await 60 "the Gateway API's definitions" kube-apiserver apply_gateway
    start_gateway
    start_forwarding forward-gateway gateway.sock "$gateway_port" "$k_envoy_port"
  fi
  if has_extra prometheus; then
    start_prometheus
    start_forwarding forward-prometheus prometheus.sock "$prometheus_port" "$k_prometheus_port"
  fi
}

finish_extras() {
  if has_extra gateway; then
    await 60 "the gateway" contour,envoy is_ready_gateway
  fi
  if has_extra prometheus; then
    await 30 Prometheus prometheus is_ready_prometheus
  fi
}

extras_are_ready() {
  local extra
  for extra in "${extras[@]}"; do
    "is_ready_$extra" >/dev/null 2>&1 || return
  done
}

# address_of EXTRA [--inside]: on the host's loopback, or as the cluster's pods reach it.
address_of() {
  local outside inside
  [[ -s "$state/index" ]] || fail "cluster $cluster is not up" "scripts/dev-cluster up $cluster --with $1"
  case $1 in
    gateway) outside=$gateway_port inside=$k_envoy_port ;;
    prometheus) outside=$prometheus_port inside=$k_prometheus_port ;;
    *) fail "a cluster has no address of \"$1\"" "it can have: ${k_extras[*]}" ;;
  esac
  recall_extras
  has_extra "$1" || fail "cluster $cluster has no $1" "scripts/dev-cluster up $cluster --with $1"
  case ${2:-} in
    '') echo "127.0.0.1:$outside" ;;
    --inside) echo "$node_ip:$inside" ;;
    *) fail "no option $2" "usage: dev-cluster address NAME EXTRA [--inside]" ;;
  esac
}
