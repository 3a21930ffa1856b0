# shellcheck shell=bash disable=SC2034  # the variables are for the other parts
# Where a cluster lives: its folder, its index, and the addresses that follow from the index.

k_state_root=/var/lib/leadsman-dev
k_max_clusters=40

# use_cluster NAME: sets the variables for a cluster that may not exist yet.
use_cluster() {
  [[ "$1" =~ ^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$ ]] ||
    fail "\"$1\" is no cluster name" "use lower-case letters, digits and dashes, at most 40, beginning with a letter"
  cluster=$1
  state=$k_state_root/$cluster
  pki=$state/pki
  logs=$state/logs
  kubeconfig=$state/kubeconfig
  cgroup=leadsman-$cluster
  if [[ -s "$state/index" ]]; then
    use_index "$(<"$state/index")"
  fi
}

use_index() {
  index=$1
  local prefix=10.$((200 + index))
  service_cidr=$prefix.0.0/18
  kubernetes_ip=$prefix.0.1
  dns_ip=$prefix.0.10
  pod_cidr=$prefix.64.0/18
  node_ip=$prefix.128.1
  api_port=$((16443 + index))
  api_url=https://127.0.0.1:$api_port
  gateway_port=$((18080 + index))
  prometheus_port=$((19090 + index))
}

# claim_index: the first index that no other cluster has and whose ports are free. Call with the lock held.
claim_index() {
  local candidate
  for ((candidate = 0; candidate < k_max_clusters; candidate++)); do
    use_index "$candidate"
    grep -qsx "$candidate" "$k_state_root"/*/index && continue
    any_port_in_use "$api_port" "$gateway_port" "$prometheus_port" && continue
    echo "$candidate" >"$state/index"
    return
  done
  fail "no free index for another cluster: $k_max_clusters are up" "scripts/dev-cluster status lists them"
}

any_port_in_use() {
  local port
  for port in "$@"; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      return
    fi
  done
  return 1
}

# lock_clusters: one up or down at a time. Daemons must close descriptor 9.
lock_clusters() {
  mkdir -p /run/lock
  exec 9>/run/lock/leadsman-dev.lock
  if ! flock --nonblock 9; then
    say "waiting for another dev-cluster command"
    flock --timeout 300 9 || fail "another dev-cluster command has held the lock for five minutes" \
      "$(fuser /run/lock/leadsman-dev.lock 2>&1 || true)"
  fi
}

# render TEMPLATE: fills in @NAME@ marks.
render() {
  sed -e "s|@CLUSTER@|$cluster|g" -e "s|@STATE@|$state|g" -e "s|@PKI@|$pki|g" \
    -e "s|@CGROUP@|$cgroup|g" -e "s|@NODE_IP@|$node_ip|g" -e "s|@DNS_IP@|$dns_ip|g" \
    -e "s|@POD_CIDR@|$pod_cidr|g" -e "s|@COREDNS_VERSION@|$COREDNS_VERSION|g" \
    -e "s|@PAUSE_VERSION@|$PAUSE_VERSION|g" -e "s|@CNI_BIN@|${cni_bin:-}|g" \
    -e "s|@SNAPSHOTTER@|${snapshotter:-}|g" "$1"
}
