# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# etcd, API server, controller manager, scheduler: each started unless it runs.

start_component() {
  local name=$1
  shift
  is_running "$name" || start_in_node "$name" "$(tool_path devcluster)" "$name" "$@"
}

start_etcd() {
  start_component etcd --name "$cluster" --data-dir "$state/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
    --initial-cluster "$cluster=http://127.0.0.1:2380"
}

# The API server has the same port inside and outside, so one kubeconfig serves both.
# Nodes are addressed by IP: their names are in no DNS.
start_apiserver() {
  start_component kube-apiserver --etcd-servers http://127.0.0.1:2379 \
    --advertise-address "$node_ip" --secure-port "$api_port" --service-cluster-ip-range "$service_cidr" \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged \
    --client-ca-file "$pki/ca.crt" --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" \
    --kubelet-client-certificate "$pki/apiserver-to-kubelet.crt" --kubelet-client-key "$pki/apiserver-to-kubelet.key" \
    --kubelet-preferred-address-types InternalIP \
    --service-account-issuer https://kubernetes.default.svc.cluster.local \
    --service-account-key-file "$pki/service-account.pub" \
    --service-account-signing-key-file "$pki/service-account.key"
}

start_controller_manager() {
  start_component kube-controller-manager --kubeconfig "$pki/controller-manager.kubeconfig" \
    --bind-address 127.0.0.1 --leader-elect=false --use-service-account-credentials \
    --root-ca-file "$pki/ca.crt" --service-account-private-key-file "$pki/service-account.key" \
    --cluster-signing-cert-file "$pki/ca.crt" --cluster-signing-key-file "$pki/ca.key"
}

start_scheduler() {
  start_component kube-scheduler --kubeconfig "$pki/scheduler.kubeconfig" \
    --bind-address 127.0.0.1 --leader-elect=false
}

# start_forwarding PREFIX SOCKET OUTSIDE INSIDE: from a port of the host's loopback to one
# of the node's. A Unix socket crosses network namespaces.
start_forwarding() {
  local prefix=$1 socket=$state/$2
  if ! is_running "$prefix-inside"; then
    rm -f "$socket"
    start_in_node "$prefix-inside" socat "UNIX-LISTEN:$socket,fork,mode=600,backlog=256" "TCP:127.0.0.1:$4,nodelay"
  fi
  is_running "$prefix-outside" ||
    start_on_host "$prefix-outside" socat "TCP-LISTEN:$3,bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=256" "UNIX-CONNECT:$socket"
}

kube() {
  "$(tool_path kubectl)" --kubeconfig "$kubeconfig" --request-timeout 5s "$@"
}

api_is_ready() {
  kube get --raw /readyz
}
