#!/usr/bin/env bats
# The plugin prometheus against a real Prometheus, and against what is none. Needs no cluster.

root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
LEADSMAN_BIN=${LEADSMAN_BIN:-$root/build/release/bin}

setup_file() {
  prometheus_program=$("$root/scripts/tool-path" prometheus) || skip "there is no program prometheus"
  plugin=$LEADSMAN_BIN/plugins/prometheus/prometheus
  [[ -x "$plugin" ]] || skip "there is no $plugin"
  export plugin
  work=$BATS_FILE_TMPDIR
  start_page
  start_prometheus
}

teardown_file() {
  local file
  for file in "$BATS_FILE_TMPDIR"/*.pid; do
    if [[ -e "$file" ]]; then kill "$(<"$file")"; fi
  done
}

# A page of metrics, and other things that may be found at an address: /status/503, /secret …
start_page() {
  cat >"$work/page.py" <<'PYTHON'
import http.server, json, pathlib, sys, time

FOLDER = pathlib.Path(sys.argv[1])
PAGE = 'http_requests_total{code="200"} 5\nhttp_requests_total{code="500"} 1\nnothing NaN\nmuch +Inf\n'


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, PAGE.encode(), "text/plain; version=0.0.4")

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/status/"):
            self.answer(int(self.path.split("/")[2]), b'{"password": "hunter2"}')
        elif self.path.startswith("/slow/"):
            time.sleep(20)
        else:  # as Prometheus would, with the headers that came as labels
            labels = {name: self.headers.get(name, "") for name in ("Authorization", "X-Scope-OrgID")}
            result = [{"metric": labels, "value": [5, "1"]}]
            self.answer(200, json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode())

    def answer(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
(FOLDER / "page.port").write_text(str(server.server_port))
server.serve_forever()
PYTHON
  python3 "$work/page.py" "$work" 3>&- &
  echo $! >"$work/page.pid"
  wait_for 10 "the page" test -s "$work/page.port"
  page=http://127.0.0.1:$(<"$work/page.port")
  export page
}

start_prometheus() {
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  cat >"$work/prometheus.yml" <<YAML
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: shop
    static_configs: [{targets: ["${page#http://}"], labels: {namespace: web, service: shop-canary}}]
YAML
  "$prometheus_program" --config.file "$work/prometheus.yml" --storage.tsdb.path "$work/data" --web.listen-address "127.0.0.1:$port" \
    >"$work/prometheus.log" 2>&1 3>&- &
  echo $! >"$work/prometheus.pid"
  prometheus=http://127.0.0.1:$port
  export prometheus
  wait_for 30 "a scrape" scraped
}

scraped() { [[ $(ask "$prometheus" 'up{service="shop-canary"}' | jq -r '.result.series[0].value') == 1 ]]; }

wait_for() {
  local end=$((SECONDS + 4 * $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= end)); then
      echo "waited in vain for: $what" >&2
      return 1
    fi
    sleep 0.1
  done
}

# question ADDRESS QUERY [TIMEOUT [MORE-CONFIG]]: a line for the plugin.
question() {
  jq -cn --arg address "$1" --arg query "$2" --argjson timeout "${3:-5}" --argjson more "${4:-{\}}" \
    '{jsonrpc: "2.0", id: 1, method: "metric.query", params: {config: ({address: $address} + $more), query: $query, at: null, timeout_s: $timeout}}'
}

ask() { question "$@" | "$plugin"; }
kind() { ask "$@" | jq -r '"\(.error.code) \(.error.data.kind)"'; }

@test "numbers come as Prometheus has them, with labels and time" {
  run ask "$prometheus" 'sum by (code) (http_requests_total)'
  [[ $(jq -c '[.result.series[] | [.labels.code, .value]] | sort' <<<"$output") == '[["200","5"],["500","1"]]' ]]
  age=$(jq 'now - .result.series[0].at' <<<"$output")
  jq -en --argjson age "$age" '$age > -5 and $age < 60'
}

@test "NaN, infinity, nothing and a scalar are answers" {
  [[ $(ask "$prometheus" nothing | jq -r '.result.series[0].value') == NaN ]]
  [[ $(ask "$prometheus" much | jq -r '.result.series[0].value') == +Inf ]]
  [[ $(ask "$prometheus" nobody | jq -c .result.series) == '[]' ]]
  [[ $(ask "$prometheus" 'vector(0) / vector(0)' | jq -r '.result.series[0].value') == NaN ]]
  [[ $(ask "$prometheus" '42' | jq -c '.result.series[0] | [.value, .labels]') == '["42",{}]' ]]
}

@test "a query of any length and with any character arrives" {
  long=$(printf 'http_requests_total{code="200",a!="&=+%% ü"} + 0 * 1%.0s or ' {1..300})
  [[ $(ask "$prometheus" "${long% or }" | jq -r '.result.series | length') == 1 ]]
}

@test "a query that makes no sense is refused with Prometheus' own words" {
  run ask "$prometheus" 'sum(rate(http_requests_total[1m])'
  [[ $(jq -r .error.data.kind <<<"$output") == invalid_query ]]
  [[ $(jq -r .error.message <<<"$output") == 'Prometheus says: '*'parse error'*'unclosed left parenthesis'* ]]
  [[ $(kind "$prometheus" 'http_requests_total * on() up') == '-32000 invalid_query' ]]
  [[ $(kind "$prometheus" 'http_requests_total[1m]') == '-32000 invalid_query' ]]
}

@test "who does not answer is unreachable, and who is slow has timed out" {
  [[ $(kind http://127.0.0.1:1 up) == '-32000 unreachable' ]]
  [[ $(kind http://no-such-host.invalid up) == '-32000 unreachable' ]]
  [[ $(kind "$page/status/503" up) == '-32000 unreachable' ]]
  [[ $(kind "$page/slow" up 0.2) == '-32000 timed_out' ]]
}

@test "what is no Prometheus is rejected, and nothing of it is told" {
  for status in 200 401 404; do
    run ask "$page/status/$status" up
    [[ $(jq -r .error.data.kind <<<"$output") == rejected ]]
    [[ "$output" != *hunter2* ]]
  done
}

@test "params that are wrong are invalid params" {
  [[ $(ask ftp://x up | jq .error.code) == -32602 ]]
  [[ $(ask "$prometheus" up 5 '{"adress": 1}' | jq .error.code) == -32602 ]]
  [[ $(ask unix:/run/x.sock up | jq .error.code) == -32602 ]]
}

@test "one process answers many questions, also after one that failed" {
  { question "$prometheus" up; question http://127.0.0.1:1 up; question "$prometheus" 'sum('; question "$page" up; question "$prometheus" up; } >"$BATS_TEST_TMPDIR/questions"
  output=$("$plugin" <"$BATS_TEST_TMPDIR/questions")
  [[ $(jq -r '.error.data.kind // .result.series[0].value' <<<"$output" | paste -sd ' ') == '1 unreachable invalid_query 1 1' ]]
}

@test "a token goes to the operator's address and to no other" {
  echo 's3cret' >"$BATS_TEST_TMPDIR/token"
  export LEADSMAN_PROMETHEUS_TOKEN_FILE=$BATS_TEST_TMPDIR/token
  [[ $(ask "$page" up | jq -r '.result.series[0].labels.Authorization') == '' ]]
  export LEADSMAN_PROMETHEUS_ADDRESS=$page
  [[ $(ask "$page/" up | jq -r '.result.series[0].labels.Authorization') == 'Bearer s3cret' ]]
  [[ $(ask "$prometheus" up | jq .error.code) == -32602 ]]
  export LEADSMAN_PROMETHEUS_TOKEN_FILE=$BATS_TEST_TMPDIR/none
  run ask "$page" up
  [[ $(jq -r .error.data.kind <<<"$output") == rejected ]]
}

@test "a tenant is named" {
  [[ $(ask "$page" up 5 '{"tenant": "acme"}' | jq -r '.result.series[0].labels["X-Scope-OrgID"]') == acme ]]
}
