# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# A gateway for HTTPRoutes: Contour tells Envoy what the routes say, and Envoy reaches
# the pods directly. Gateway "edge" in namespace "gateway", one listener for plain HTTP.

k_envoy_port=8080  # where Envoy serves the listener's port 80
k_stats_port=8002  # its statistics and its readiness
k_xds_port=8001

start_gateway() {
  local folder=$state/gateway
  mkdir -p "$folder"
  render "$SCRIPTS/cluster/config/contour.yaml" >"$folder/contour.yaml"
  is_running contour || start_contour "$folder/contour.yaml"
  is_running envoy || start_envoy "$folder"
}

# The standard channel of the Gateway API has no TLSRoute, TCPRoute and BackendTLSPolicy;
# Contour ends when it cannot watch what it is told to.
start_contour() {
  start_in_node contour "$(tool_path contour)" serve --kubeconfig "$pki/admin.kubeconfig" \
    --config-path "$1" --disable-leader-election --insecure \
    --xds-address 127.0.0.1 --xds-port "$k_xds_port" \
    --http-address 127.0.0.1 --health-address 127.0.0.1 --debug-http-address 127.0.0.1 \
    --stats-address 127.0.0.1 --envoy-service-http-port "$k_envoy_port" --ingress-status-address "$node_ip" \
    --disable-feature tlsroutes --disable-feature tcproutes --disable-feature backendtlspolicies
}

start_envoy() {
  "$(tool_path contour)" bootstrap "$1/envoy.json" --xds-address 127.0.0.1 --xds-port "$k_xds_port" \
    --xds-resource-version v3 --admin-address "$1/admin.sock" --overload-max-heap 0 >>"$logs/envoy.log" 2>&1
  start_in_node envoy "$(tool_path envoy)" --config-path "$1/envoy.json" \
    --service-cluster contour --service-node node1 --concurrency 1 --log-level warning
}

# Once in a cluster's life: it is a megabyte of definitions.
apply_gateway() {
  [[ -f "$state/run/gateway-applied" ]] && return
  kube apply --server-side --force-conflicts -f "$(tool_path gateway-crds)" &&
    kube wait --for condition=Established --timeout 10s \
      crd/gateways.gateway.networking.k8s.io crd/httproutes.gateway.networking.k8s.io &&
    kube apply --server-side -f "$SCRIPTS/cluster/config/gateway.yaml" &&
    touch "$state/run/gateway-applied"
}

is_ready_gateway() {
  run_in_node curl --silent --fail --max-time 2 "http://127.0.0.1:$k_stats_port/ready" &&
    kube -n gateway wait --for condition=Programmed gateway/edge --timeout 1s
}
