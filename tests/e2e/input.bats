#!/usr/bin/env bats
# Wrong input through the real programs: one clear sentence, the right status and exit code, and nothing has happened.

load helper

setup_file() {
  need_cluster
  fresh_namespace e2e-input
  "$LEADSMAN_HELM" -n e2e-input upgrade --install steady "$root/helm/demo" --set image.tag=v1 --set replicaCount=1 --wait --timeout 60s >/dev/null
  "$LEADSMAN_HELM" -n e2e-input history steady -o json >"$BATS_FILE_TMPDIR/history"
  folder=$BATS_FILE_TMPDIR/agent
  mkdir -m 700 "$folder"
  leadsman key generate --out "$folder/key" >"$folder/key.txt"
  leadsman key generate --out "$folder/stranger" >/dev/null
  export PORT
  PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  {
    printf 'listen: ["127.0.0.1:%s", "unix:%s/agent.sock"]\nstate: %s/state\n' "$PORT" "$folder" "$folder"
    printf 'clusters:\n  default: {kubeconfig: %s}\nhelm: {path: %s}\n' "$KUBECONFIG" "$LEADSMAN_HELM"
    # What `key generate` says is to be pasted here.
    sed -n '/^access:/,$p' "$folder/key.txt" | sed 's/NAMESPACE/e2e-input/'
  } >"$folder/agent.yaml"
  "$LEADSMAN_BIN/leadsman-agent" --config "$folder/agent.yaml" >>"$folder/agent.log" 2>&1 3>&- &
  export AGENT_PID=$!
  wait_for 15 "the agent to listen" curl -sf "http://127.0.0.1:$PORT/healthz" || { cat "$folder/agent.log" >&2; return 1; }
}

teardown_file() { kill "$AGENT_PID" || true; }

setup() {
  need_cluster
  namespace=e2e-input
  folder=$BATS_FILE_TMPDIR/agent
  agent=http://127.0.0.1:$PORT
  export LEADSMAN_KEY=$folder/key
  cd "$BATS_TEST_TMPDIR"
}

# Whatever was wrong, it had no effect, and the agent lives.
teardown() {
  [[ -n "${PORT:-}" ]] || return 0
  "$LEADSMAN_HELM" -n e2e-input history steady -o json | diff - "$BATS_FILE_TMPDIR/history" &&
    [ "$("$kubectl" -n e2e-input get secrets -l owner=helm -o name | wc -l)" -eq 1 ] &&
    [ ! -e /tmp/climbed.yaml ] &&
    curl -sf "http://127.0.0.1:$PORT/healthz" >/dev/null
}

# says EXIT TEXT...: the status, and all of the texts, in what was said.
says() {
  echo "exit $status: $output"
  [ "$status" -eq "$1" ]
  shift
  local text
  for text in "$@"; do [[ $output == *"$text"* ]]; done
}

# request STATUS TEXT curl-arguments...
request() {
  local wanted=$1 text=$2
  shift 2
  run curl -s --max-time 60 -o answer -w '%{http_code}' "$@"
  echo "$output $(cat answer)"
  [ "$output" = "$wanted" ]
  jq -e --arg text "$text" --argjson status "$wanted" '.status == $status and (.detail | contains($text))' answer
}

# signed STATUS TEXT arguments of signed_request.py...
signed() {
  local wanted=$1 text=$2
  shift 2
  run python3 "$root/tests/support/signed_request.py" "$@"
  echo "$output"
  [ "${output%% *}" = "$wanted" ]
  [[ $output == *"$text"* ]]
}

local_request() { request "$1" "$2" --unix-socket "$folder/agent.sock" "${@:3}"; }

chart_copy() { cp -r "$root/helm/demo" chart; }
try_deploy() { run leadsman deploy "${release:-steady}" --agent "$agent" --namespace "$namespace" --timeout 30s "$@"; }

@test "leadsman.yaml with an unknown key: the line, and what was meant" {
  printf 'releases:\n  steady:\n    chart: %s\n    namspace: e2e-input\n' "$root/helm/demo" >leadsman.yaml
  run leadsman deploy steady -f leadsman.yaml --agent "$agent"
  says 2 leadsman.yaml:4 namspace "did you mean 'namespace'"
}

@test "leadsman.yaml with a wrong type: the line, what was found, what is allowed" {
  printf 'releases:\n  steady:\n    chart: %s\n    namespace: e2e-input\n    timeout: [5]\n' "$root/helm/demo" >leadsman.yaml
  run leadsman deploy steady -f leadsman.yaml --agent "$agent"
  says 2 leadsman.yaml:5 timeout "expected text, found a list"
}

@test "leadsman.yaml that is no YAML" {
  printf 'releases:\n  steady: {chart: [\n' >leadsman.yaml
  run leadsman deploy steady -f leadsman.yaml --agent "$agent"
  says 2 leadsman.yaml:
}

@test "a choice that does not exist" {
  try_deploy --chart "$root/helm/demo" --on-failure rolback
  says 2 rolback "rollback"
}

@test "no chart there" {
  try_deploy --chart no-such-folder
  says 2 no-such-folder
}

@test "a folder that is no chart" {
  mkdir empty
  try_deploy --chart empty
  says 2 Chart.yaml
}

@test "a chart that does not lint" {
  chart_copy
  printf '{{ if }}\n' >chart/templates/wrong.yaml
  try_deploy --chart chart --set image.tag=v2
  says 3 wrong.yaml ChartInvalid
}

@test "values that the chart's schema does not allow" {
  try_deploy --chart "$root/helm/demo" --set replicaCount=many
  says 3 replicaCount ChartInvalid
}

@test "values that are no YAML" {
  printf 'a: [1\n' >values.yaml
  try_deploy --chart "$root/helm/demo" --values values.yaml
  says 2 values.yaml
}

@test "an object that the API server refuses" {
  chart_copy
  printf 'apiVersion: v1\nkind: Service\nmetadata: {name: wrong}\nspec: {ports: [{port: 70000}]}\n' >chart/templates/wrong.yaml
  try_deploy --chart chart
  says 3 "Service wrong" DryRunFailed
}

@test "a release name that Kubernetes does not allow" {
  release=Not_Valid try_deploy --chart "$root/helm/demo"
  says 2 Not_Valid
}

@test "a namespace that does not exist" {
  run leadsman deploy steady --agent "unix:$folder/agent.sock" --chart "$root/helm/demo" --namespace e2e-nowhere --timeout 30s
  says 3 "e2e-nowhere" create-namespace
}

@test "a kubeconfig that cannot be read, or is none" {
  unset LEADSMAN_KEY
  run leadsman deploy steady --kubeconfig /no/such/file --chart "$root/helm/demo" --namespace "$namespace"
  says 2 /no/such/file
  printf 'clusters: {oh: no}\n' >kubeconfig
  run leadsman deploy steady --kubeconfig kubeconfig --chart "$root/helm/demo" --namespace "$namespace"
  says 2 kubeconfig
  printf '\t\0{' >kubeconfig
  run leadsman deploy steady --kubeconfig kubeconfig --chart "$root/helm/demo" --namespace "$namespace"
  says 2 kubeconfig
}

@test "a client certificate that has expired is said to be so" {
  unset LEADSMAN_KEY
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out ca.crt -subj /CN=old -days 1 2>/dev/null
  openssl req -new -key tls.key -subj /CN=old -out old.csr 2>/dev/null
  mkdir -p certs && touch index && echo 01 >serial
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=certs\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' >ca.cnf
  openssl ca -batch -config ca.cnf -cert ca.crt -keyfile tls.key -in old.csr -out old.crt -startdate 20200101000000Z -enddate 20200102000000Z 2>/dev/null
  "$kubectl" config view --raw --flatten -o json |
    jq --rawfile crt old.crt --rawfile key tls.key '.users[0].user = {"client-certificate-data": ($crt | @base64), "client-key-data": ($key | @base64)}' >kubeconfig
  run leadsman deploy steady --kubeconfig kubeconfig --chart "$root/helm/demo" --namespace "$namespace" --patience 10s
  says 5 expired 2020-01-02
}

@test "a body that is larger than allowed" {
  head -c $((9 << 20)) /dev/zero | tr '\0' ' ' >large
  local_request 413 "too large" -X POST -H 'Content-Type: application/json' --data-binary @large http://localhost/v1/deployments
  # Also when its length is not announced.
  local_request 413 "too large" -X POST -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' --data-binary @large http://localhost/v1/deployments
  # A stranger's body is not even read.
  request 401 "not signed" -X POST -H 'Content-Type: application/json' --data-binary @large "$agent/v1/deployments"
}

@test "HTTP that is none" {
  local line
  for line in 'GARBAGE' 'GET /healthz HTTP/9.9\r\nHost: a' 'GET healthz HTTP/1.1\r\nHost: a' 'GET /healthz HTTP/1.1' \
    'GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1' 'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b'; do
    run bash -c "printf '$line\r\n\r\n' | timeout 10 curl -s --max-time 5 telnet://127.0.0.1:$PORT"
    echo "$line: $output"
    [[ $output == "HTTP/1.1 400 "* ]]
  done
}

@test "JSON that is none, or is wrong" {
  local_request 400 "not valid JSON" -X POST -H 'Content-Type: application/json' -d '{"release":' http://localhost/v1/deployments
  local_request 400 "expected a mapping" -X POST -H 'Content-Type: application/json' -d '[]' http://localhost/v1/deployments
  local_request 415 "application/json" -X POST -H 'Content-Type: text/plain' -d '{}' http://localhost/v1/deployments
  local_request 405 "PATCH" -X PATCH http://localhost/v1/deployments
  local_request 404 "nothing at" http://localhost/v1/deploymens
}

@test "archives that climb out, link out, or never end" {
  local kind digest
  digest=$(printf "a%.0s" {1..64})
  for kind in climbs absolute link hard-link device twice cut no-chart; do
    python3 "$root/tests/support/bad_archive.py" "$kind" >archive
    echo "$kind:"
    local_request 400 "" -X PUT -H 'Content-Type: application/gzip' --data-binary @archive "http://localhost/v1/charts/$digest"
  done
  for kind in bomb many; do
    python3 "$root/tests/support/bad_archive.py" "$kind" >archive
    echo "$kind:"
    local_request 413 "" -X PUT -H 'Content-Type: application/gzip' --data-binary @archive "http://localhost/v1/charts/$digest"
  done
  python3 "$root/tests/support/bad_archive.py" right >archive
  local_request 400 "digest" -X PUT -H 'Content-Type: application/gzip' --data-binary @archive "http://localhost/v1/charts/$digest"
  run curl -s -o answer -w '%{http_code}' -I --unix-socket "$folder/agent.sock" "http://localhost/v1/charts/$digest"
  [ "$output" = 404 ]
}

@test "a request that is signed right is answered, and what it asks for is checked" {
  signed 200 '"deployments"' --key "$folder/key" GET "$agent/v1/deployments"
  echo '{"release":"Not_Valid"}' >body
  signed 400 '' --key "$folder/key" POST "$agent/v1/deployments" body
}

@test "signatures that are wrong" {
  echo '{"reason":"none","release":"steady"}' >body
  request 401 "not signed" "$agent/v1/deployments"
  signed 401 "signature is wrong" --key "$folder/key" --wrong signature GET "$agent/v1/deployments"
  signed 401 "signature is wrong" --key "$folder/key" --wrong path GET "$agent/v1/deployments/a"
  signed 401 "body is not the one" --key "$folder/key" --wrong body POST "$agent/v1/deployments" body
  signed 401 "is not known here" --key "$folder/stranger" GET "$agent/v1/deployments"
  signed 401 "has been used before" --key "$folder/key" --again GET "$agent/v1/deployments"
  signed 401 "behind" --key "$folder/key" --skew -120 GET "$agent/v1/deployments"
  signed 401 "ahead" --key "$folder/key" --skew 120 GET "$agent/v1/deployments"
}

@test "an Idempotency-Key that was added or changed on the way is refused" {
  echo '{"release":"Not_Valid"}' >body
  signed 400 "does not cover" --key "$folder/key" --request-key mine POST "$agent/v1/deployments" body
  signed 401 "a header that it covers changed" --key "$folder/key" --request-key other --sign-request-key mine POST "$agent/v1/deployments" body
  signed 400 "which the request does not have" --key "$folder/key" --sign-request-key mine POST "$agent/v1/deployments" body
  # Signed right, it is the release's name that is wrong.
  signed 400 "elease" --key "$folder/key" --request-key mine --sign-request-key mine POST "$agent/v1/deployments" body
}

@test "a stranger's client is told so, and a key does not reach beyond its namespace" {
  LEADSMAN_KEY=$folder/stranger try_deploy --chart "$root/helm/demo"
  says 4 "not known"
  namespace=default try_deploy --chart "$root/helm/demo"
  says 4 "may not deploy"
  printf 'ed25519-secret:tooshort=\n' >bad-key
  LEADSMAN_KEY=$PWD/bad-key try_deploy --chart "$root/helm/demo"
  says 2 key
}

# As a job of a workflow, whose run is the key of the request.
deploy_in_run() {
  env GITHUB_ACTIONS=true GITHUB_REPOSITORY=acme/shop GITHUB_RUN_ID="$1" GITHUB_RUN_ATTEMPT=1 GITHUB_JOB=deploy "$LEADSMAN_BIN/leadsman" deploy steady \
    --chart "$root/helm/demo" --namespace "$namespace" --agent "$agent" --timeout 30s --output json --set "$2" </dev/null
}

@test "the same request twice at once is one deployment; another one of the same run is refused" {
  local first=0 second=0
  deploy_in_run 7 replicaCount=many >first 2>&1 3>&- &
  local other=$!
  deploy_in_run 7 replicaCount=many >second 2>&1 || second=$?
  wait "$other" || first=$?
  cat first second
  [ "$first $second" = "3 3" ]
  [ "$(cat first second | grep '^{"at"' | jq -s '[.[] | select(.kind == "created") | .data.id] | unique | length')" -eq 1 ]
  [ "$(curl -s --unix-socket "$folder/agent.sock" http://localhost/v1/deployments | jq '[.deployments[] | select(.origin.run_id == "7")] | length')" -eq 1 ]
  run deploy_in_run 7 replicaCount=none
  says 4 "another deployment"
}

@test "the agent's configuration with a typing error: file, line, what was meant" {
  sed 's/^state:/stat:/' "$folder/agent.yaml" >agent.yaml
  run "$LEADSMAN_BIN/leadsman-agent" --config agent.yaml --check-config
  says 2 agent.yaml:2 "did you mean 'state'"
  sed 's/public-key: ed25519:/public-key: ed25519-secret:/' "$folder/agent.yaml" >agent.yaml
  run "$LEADSMAN_BIN/leadsman-agent" --config agent.yaml --check-config
  says 2 agent.yaml: public-key
  run "$LEADSMAN_BIN/leadsman-agent" --config /no/such/agent.yaml --check-config
  says 2 /no/such/agent.yaml
  run "$LEADSMAN_BIN/leadsman-agent" --config "$folder/agent.yaml" --check-config
  says 0 right
}
