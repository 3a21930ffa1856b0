# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# containerd, kubelet, kube-proxy: each started unless it runs.

start_containerd() {
  is_running containerd && return
  choose_cni
  choose_snapshotter
  mkdir -p "$state/cni"
  render "$SCRIPTS/cluster/config/cni.conflist" >"$state/cni/10-leadsman.conflist"
  render "$SCRIPTS/cluster/config/containerd.toml" >"$state/containerd.toml"
  start_in_node containerd containerd --config "$state/containerd.toml"
}

choose_cni() {
  for cni_bin in /usr/lib/cni /opt/cni/bin /usr/libexec/cni; do
    [[ -x "$cni_bin/ptp" && -x "$cni_bin/host-local" ]] && return
  done
  fail "the CNI plugins are missing" "scripts/install-deps --cluster"
}

# overlayfs cannot stack on itself, as inside a container.
choose_snapshotter() {
  snapshotter=overlayfs
  if [[ "$(stat --file-system --format %T "$state")" == overlay* ]]; then
    snapshotter=native
  fi
}

start_kubelet() {
  is_running kubelet && return
  render "$SCRIPTS/cluster/config/kubelet.yaml" >"$state/kubelet.yaml"
  start_component kubelet --config "$state/kubelet.yaml" --kubeconfig "$pki/kubelet.kubeconfig" \
    --hostname-override "$cluster" --node-ip "$node_ip"
}

start_proxy() {
  is_running kube-proxy && return
  render "$SCRIPTS/cluster/config/kube-proxy.yaml" >"$state/kube-proxy.yaml"
  start_component kube-proxy --config "$state/kube-proxy.yaml" --hostname-override "$cluster"
}

containerd_is_ready() {
  run_in_node ctr version
}

# import_image FILE
import_image() {
  run_in_node ctr --namespace k8s.io images import --snapshotter "$(snapshotter_in_use)" - <"$1"
}

snapshotter_in_use() {
  choose_snapshotter
  echo "$snapshotter"
}

# import_cluster_images: pause and CoreDNS, before the first pod wants them.
import_cluster_images() {
  local folder
  [[ -f "$state/run/images-imported" ]] && return
  folder=$(mktemp -d)
  write_image "$folder/pause.tar" "$(tool_path pause)" leadsman/pause "$PAUSE_VERSION"
  write_image "$folder/coredns.tar" "$(tool_path devdns)" leadsman/coredns "$COREDNS_VERSION"
  import_image "$folder/pause.tar" >>"$logs/images.log" 2>&1
  import_image "$folder/coredns.tar" >>"$logs/images.log" 2>&1
  rm -rf "$folder"
  touch "$state/run/images-imported"
}

start_dns() {
  render "$SCRIPTS/cluster/config/coredns.yaml" | kube apply --server-side --force-conflicts -f - >>"$logs/apply.log" 2>&1
}

node_is_ready() {
  kube wait --for=condition=Ready "node/$cluster" --timeout=1s
}

dns_is_ready() {
  kube -n kube-system wait --for=condition=Available deployment/coredns --timeout=1s
}

default_account_exists() {
  kube -n default get serviceaccount default
}
