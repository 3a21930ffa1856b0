# Of the suite health; beside helper.bash and gateway.bash.

# rolling_spec FILE GATES [YAML [PROMETHEUS]]: a leadsman.yaml with the release shop, rolling, with these gates after the upgrade.
rolling_spec() {
  cat >"$1" <<YAML
releases:
  shop:
    chart: $root/helm/demo
    namespace: health
    set: {replicaCount: 2, preStopSeconds: 1}
    timeout: 60s
    metrics: {prometheus: {address: "http://${4:-$LEADSMAN_TEST_PROMETHEUS}"}}
    gates: $2
    ${3:-}
YAML
}

# rolling TAG [flag…]: deploys it as $spec says.
rolling() {
  local tag=$1
  shift
  leadsman deploy shop --file "$spec" --set "image.tag=$tag" "$@"
}

# warm_up SERVICE: until the gateway has told of enough of its response times for a window of ten seconds, and those of a slow
# release before have left it; the gateway tells them every five, and only what grows counts.
warm_up() { wait_for 40 "numbers of $1" is_warm "$1"; }
is_warm() {
  local count sum
  count=$(grown "$1" count)
  sum=$(grown "$1" sum) # milliseconds
  awk -v count="${count:-0}" -v sum="${sum:-0}" 'BEGIN { exit !(count > 100 && sum / count < 100) }'
}
grown() { prometheus_query "sum(increase(envoy_cluster_upstream_rq_time_$2{envoy_cluster_name=~\"health_$1_[^_]+\"}[10s]))"; }

# api METHOD PATH: of the daemon at $agent; its answer in $output.
api() { output=$(curl --silent --show-error --fail-with-body --request "$1" --unix-socket "${agent#unix:}" "http://localhost$2"); }

# A Prometheus that asks a page about the pods of this namespace: those of v3 use 95 % of their memory, the others 10 %, and so
# does a pod that only has a similar name. $own_prometheus is its address.
start_own_prometheus() {
  local folder=$BATS_TEST_TMPDIR/own port
  mkdir -p "$folder"
  cat >"$folder/page.py" <<'PYTHON'
import http.server, json, pathlib, subprocess, sys

FOLDER, KUBECTL = pathlib.Path(sys.argv[1]), sys.argv[2]


def page():
    listed = subprocess.run([KUBECTL, "-n", "health", "get", "pods", "-o", "json"], capture_output=True, text=True, check=True)
    lines = []
    for pod in json.loads(listed.stdout)["items"]:
        name = pod["metadata"]["name"]
        full = pod["spec"]["containers"][0]["image"].endswith(":v3") and "ownerReferences" in pod["metadata"]
        labels = f'namespace="health",pod="{name}"'
        lines.append(f'container_memory_working_set_bytes{{{labels},container="app"}} {95 if full else 10}')
        lines.append(f'kube_pod_container_resource_limits{{{labels},resource="memory"}} 100')
    return "\n".join(lines) + "\n"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = page().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
(FOLDER / "page.port").write_text(str(server.server_port))
server.serve_forever()
PYTHON
  python3 "$folder/page.py" "$folder" "$kubectl" 3>&- &
  echo $! >"$folder/page.pid"
  wait_for 10 "the page" test -s "$folder/page.port"
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  cat >"$folder/prometheus.yml" <<YAML
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: pods
    honor_labels: true
    static_configs: [{targets: ["127.0.0.1:$(<"$folder/page.port")"]}]
YAML
  "$("$root/scripts/tool-path" prometheus)" --config.file "$folder/prometheus.yml" --storage.tsdb.path "$folder/data" \
    --web.listen-address "127.0.0.1:$port" >"$folder/prometheus.log" 2>&1 3>&- &
  echo $! >"$folder/prometheus.pid"
  own_prometheus=127.0.0.1:$port
  wait_for 30 "its first answer" own_prometheus_answers
}

own_prometheus_answers() {
  curl --silent --fail --max-time 5 --get --data-urlencode 'query=container_memory_working_set_bytes' "http://$own_prometheus/api/v1/query" |
    jq -e '.data.result | length > 0'
}

end_own_prometheus() {
  local file
  for file in "$BATS_TEST_TMPDIR"/own/*.pid; do
    if [[ -e "$file" ]]; then kill "$(<"$file")" 2>/dev/null || true; fi
  done
}
