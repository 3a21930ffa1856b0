# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# Prometheus: asks pods that are annotated for it, Envoy and the kubelet.

k_prometheus_port=9090

start_prometheus() {
  is_running prometheus && return
  mkdir -p "$state/prometheus"
  render "$SCRIPTS/cluster/config/prometheus.yaml" >"$state/prometheus/prometheus.yaml"
  # A new pod is asked as soon as it is known, not up to five seconds later.
  start_in_node prometheus "$(tool_path prometheus)" --config.file "$state/prometheus/prometheus.yaml" \
    --storage.tsdb.path "$state/prometheus/data" --storage.tsdb.retention.time 1d \
    --scrape.discovery-reload-interval 500ms \
    --web.listen-address "0.0.0.0:$k_prometheus_port" --log.level warn
}

is_ready_prometheus() {
  run_in_node curl --silent --fail --max-time 2 "http://127.0.0.1:$k_prometheus_port/-/ready"
}
