# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# The verbs for a cluster in namespaces of this machine.

k_daemons=(node etcd kube-apiserver kube-controller-manager kube-scheduler containerd kubelet kube-proxy forward-inside forward-outside)

namespaces_up() {
  local started=$SECONDS tool
  recall_extras
  if cluster_is_healthy; then
    say "cluster $cluster is up already"
    describe_cluster
    return
  fi
  for tool in $(cluster_tools); do
    fetch_tool "$tool"
  done
  check_machine
  lock_clusters
  use_cluster "$cluster"
  if [[ -d "$state" ]] && ! is_running node; then
    say "cluster $cluster is a leftover without processes: starting afresh"
    remove_everything
  fi
  say "cluster $cluster: namespaces, certificates"
  make_state
  start_node
  say "cluster $cluster: etcd, API server on $api_url, containerd"
  start_etcd
  start_containerd
  start_apiserver
  start_forwarding forward api.sock "$api_port" "$api_port"
  await 20 containerd containerd containerd_is_ready
  import_cluster_images
  await 60 "the API server" etcd,kube-apiserver,forward-outside api_is_ready
  say "cluster $cluster: controllers, scheduler, kubelet, kube-proxy, CoreDNS"
  start_controller_manager
  start_scheduler
  start_kubelet
  start_proxy
  start_extras
  await 20 "CoreDNS's objects" apply start_dns
  await 60 "node $cluster to be Ready" kubelet,containerd,kube-apiserver node_is_ready
  await 60 "CoreDNS to be available" kubelet,containerd,kube-controller-manager,kube-scheduler dns_is_ready
  await 20 "the default service account" kube-controller-manager default_account_exists
  finish_extras
  say "cluster $cluster is ready after $((SECONDS - started)) s: export KUBECONFIG=$kubeconfig"
}

make_state() {
  mkdir -p "$state"/{run,logs,kubelet,pod-logs}
  [[ -s "$state/index" ]] || claim_index
  make_pki
  publish_kubeconfig
  remember_extras
}

# daemons: the names of all that belong to this cluster.
daemons() {
  local extra
  echo "${k_daemons[@]}"
  for extra in "${extras[@]}"; do
    daemons_of_extra "$extra"
  done
}

cluster_tools() {
  local extra
  echo kubectl devcluster devdns pause
  for extra in "${extras[@]}"; do
    tools_of_extra "$extra"
  done
}

cluster_is_healthy() {
  local daemon
  for daemon in $(daemons); do
    is_running "$daemon" || return 1
  done
  api_is_ready >/dev/null 2>&1 && node_is_ready >/dev/null 2>&1 && dns_is_ready >/dev/null 2>&1 && extras_are_ready
}

namespaces_down() {
  lock_clusters
  use_cluster "$cluster"
  if [[ ! -d "$state" ]]; then
    remove_cgroups
    say "cluster $cluster is not up"
    return
  fi
  remove_everything
  say "cluster $cluster is gone"
}

namespaces_status() {
  if [[ ! -s "$state/index" ]]; then
    echo "$cluster: not up"
    return 1
  fi
  recall_extras
  describe_cluster
  cluster_is_healthy || {
    echo "  not healthy: scripts/dev-cluster up $cluster repairs it"
    return 1
  }
  echo "  healthy: API, node and DNS answer"
}

describe_cluster() {
  local daemon pid extra
  echo "$cluster: namespaces on this machine, API $api_url, pods $pod_cidr, services $service_cidr"
  echo "  kubeconfig $kubeconfig"
  echo "  logs       $logs"
  for extra in "${extras[@]}"; do
    printf '  %-10s %s, from pods %s\n' "$extra" "$(address_of "$extra")" "$(address_of "$extra" --inside)"
  done
  for daemon in $(daemons); do
    if pid=$(pid_of "$daemon"); then
      printf '  %-24s running, pid %s\n' "$daemon" "$pid"
    else
      printf '  %-24s NOT RUNNING, see %s\n' "$daemon" "$logs/$daemon.log"
    fi
  done
}

namespaces_load_image() {
  say "loading $1 into cluster $cluster"
  import_image "$1" >&2
}

namespaces_exec() {
  local node
  node=$(pid_of node) || fail "cluster $cluster is not up" "scripts/dev-cluster up $cluster"
  KUBECONFIG=$kubeconfig exec nsenter --target "$node" --net -- "$@"
}

# namespaces_signal DAEMON SIGNAL: to the daemon and to the nsenter that waits for it, which stops and goes on with it.
namespaces_signal() {
  local pid names
  recall_extras
  read -ra names -d '' < <(daemons) || true
  [[ " ${names[*]} " == *" $1 "* ]] || fail "cluster $cluster has no daemon \"$1\"" "it has: ${names[*]}"
  pid=$(pid_of "$1") || fail "$1 of cluster $cluster does not run" "scripts/dev-cluster up $cluster starts it"
  # shellcheck disable=SC2046  # a list of numbers
  kill "-$2" $(<"/proc/$pid/task/$pid/children") "$pid"
}
