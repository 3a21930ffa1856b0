#!/usr/bin/env bats
# Charts that the agent fetches: out of a real registry and out of repositories, with and without a login, right and wrong.

load helper
load charts

setup_file() {
  need_cluster
  : >"$BATS_FILE_TMPDIR/servers"
  find_registry
  [[ -z "${NO_REGISTRY:-}" ]] || return 0
  fresh_namespace e2e-charts
  make_login
  export OPEN PRIVATE PRIVATE_TLS DIGEST
  OPEN=$(free_port) PRIVATE=$(free_port) PRIVATE_TLS=$(free_port)
  local login="auth: {htpasswd: {realm: charts, path: $BATS_FILE_TMPDIR/htpasswd}}"
  start_registry "$OPEN"
  start_registry "$PRIVATE" "" "$login"
  start_registry "$PRIVATE_TLS" "tls: {certificate: $BATS_FILE_TMPDIR/tls.crt, key: $BATS_FILE_TMPDIR/tls.key}" "$login"
  pack "$BATS_FILE_TMPDIR/packed" 0.1.0
  pack "$BATS_FILE_TMPDIR/packed" 0.2.0+build.1
  pack "$BATS_FILE_TMPDIR/packed" 0.1.0 other
  local package
  for package in "$BATS_FILE_TMPDIR"/packed/*.tgz; do
    "$LEADSMAN_HELM" push "$package" "oci://127.0.0.1:$OPEN/acme" --plain-http >/dev/null 2>&1
  done
  DIGEST=$(manifest_digest demo 0.1.0)
  [ "${#DIGEST}" -eq 71 ]
}

teardown_file() {
  [[ ! -e "$BATS_FILE_TMPDIR/servers" ]] || end_background
}

setup() {
  need_cluster
  [[ -z "${NO_REGISTRY:-}" ]] || skip "docker-registry of Debian 12 cannot be had here"
  namespace=e2e-charts
  folder=$BATS_TEST_TMPDIR/agent
  secrets=$BATS_FILE_TMPDIR/secrets
  login="username-file: $BATS_FILE_TMPDIR/user, password-file: $BATS_FILE_TMPDIR/password"
  open=oci://127.0.0.1:$OPEN/acme
  allow_open="charts: {sources: [{prefix: $open, plain-http: true}]}"
  cd "$BATS_TEST_TMPDIR"
}

# The password is nowhere but in the files it was given by, and of a fetch nothing is left.
teardown() {
  [[ -n "${OPEN:-}" ]] || return 0
  stop_agent
  [[ -d "$folder" ]] || return 0
  python3 "$root/tests/support/find_secrets.py" "$secrets" "$folder" && [ -z "$(find "$folder/state/run" -name 'values-*')" ]
}

# deploy_chart RELEASE CHART [flags...]
deploy_chart() {
  local release=$1 chart=$2
  shift 2
  leadsman deploy "$release" --chart "$chart" --namespace "$namespace" --tests skip --set image.tag=v1 --set replicaCount=1 \
    --set preStopSeconds=0 --timeout 60s ${agent:+--agent "$agent"} "$@"
}

plan_chart() {
  local chart=$1
  shift
  leadsman plan shop --chart "$chart" --namespace "$namespace" --set image.tag=v1 ${agent:+--agent "$agent"} "$@"
}

# says EXIT TEXT...: the status, and all of the texts, in what was said.
says() {
  echo "exit $status: $output"
  [ "$status" -eq "$1" ]
  printf '%s' "$output" >said
  python3 "$root/tests/support/find_secrets.py" "$secrets" said
  shift
  local text
  for text in "$@"; do [[ $output == *"$text"* ]]; done
}

# answers STATUS TEXT BODY: what POST /v1/charts says.
answers() {
  local got
  got=$(curl -s -w '\n%{http_code}' --unix-socket "$folder/agent.sock" -H 'Content-Type: application/json' -d "$3" http://localhost/v1/charts)
  echo "$got"
  [ "${got##*$'\n'}" -eq "$1" ]
  [[ $got == *"$2"* ]]
}

@test "a registry's chart by its tag, and again by its digest: the same chart" {
  start_agent "$folder" "$allow_open"
  run deploy_chart by-tag "$open/demo:0.1.0"
  says 0 "chart demo 0.1.0 fetched from $open/demo, $DIGEST"
  [ "$(live_image by-tag-demo)" = leadsman/demo:v1 ]
  run deploy_chart by-tag "$open/demo@$DIGEST"
  says 0 "nothing to change"
  run deploy_chart by-tag "$open/demo:0.1.0@$DIGEST"
  says 0 "nothing to change"
  leadsman history by-tag --namespace "$namespace" --agent "$agent" | grep -q 'demo-0.1.0'
}

@test "a version with build metadata, whose tag is another word" {
  start_agent "$folder" "$allow_open"
  run plan_chart "$open/demo:0.2.0+build.1"
  says 0
  answers 200 '"version":"0.2.0+build.1"' "{\"chart\": \"$open/demo:0.2.0+build.1@$(manifest_digest demo 0.2.0_build.1)\"}"
}

@test "a plan of such a chart changes nothing and shows what it would" {
  start_agent "$folder" "$allow_open"
  run plan_chart "$open/demo:0.1.0"
  says 0 "Deployment shop"
  run "$LEADSMAN_HELM" -n "$namespace" status shop
  [ "$status" -ne 0 ]
}

@test "another digest than the one that was asked for is refused" {
  start_agent "$folder" "$allow_open"
  local other manifest layer broken
  run plan_chart "$open/demo@sha256:$(printf '0%.0s' {1..64})"
  says 2 "there is no $open/demo@sha256:0000"
  for other in "$(manifest_digest other 0.1.0)" "$(manifest_digest demo 0.2.0_build.1)"; do
    run plan_chart "$open/demo:0.1.0@$other"
    says 4 "has another digest" "$DIGEST is not $other"
  done
  # A registry that gives other bytes than the digest says, for the manifest and for the chart itself.
  manifest=$(blob "$DIGEST")
  layer=$(blob "$(jq -r '.layers[0].digest' "$manifest")")
  for broken in "$manifest" "$layer"; do
    cp "$broken" kept
    python3 -c 'import sys; b = bytearray(open(sys.argv[1], "rb").read()); b[len(b) // 2] ^= 1; open(sys.argv[1], "wb").write(b)' "$broken"
    run plan_chart "$open/demo@$DIGEST"
    cp kept "$broken"
    says 4 "has another digest"
  done
  run plan_chart "$open/demo@$DIGEST"
  says 0
}

@test "a private registry, with the login from files, over TLS of its own authority" {
  local private=oci://127.0.0.1:$PRIVATE_TLS/acme
  start_agent "$folder" "charts: {sources: [{prefix: $private, ca-file: $BATS_FILE_TMPDIR/tls.crt, $login}]}"
  python3 "$root/tests/support/find_secrets.py" "$secrets" --processes >processes 3>&- &
  local sampler=$!
  run deploy_chart private "$private/demo:0.1.0"
  kill "$sampler"
  wait "$sampler" || { cat processes; return 1; }
  says 0 "fetched from $private/demo, $DIGEST"
  curl -s --unix-socket "$folder/agent.sock" http://localhost/v1/deployments >deployments
  python3 "$root/tests/support/find_secrets.py" "$secrets" deployments
}

@test "a private registry, with a Docker config.json" {
  docker_config "127.0.0.1:$PRIVATE" "$BATS_FILE_TMPDIR/login" >config.json
  start_agent "$folder" "charts: {sources: [{prefix: 'oci://127.0.0.1:$PRIVATE', plain-http: true, docker-config-file: $PWD/config.json}]}"
  run plan_chart "oci://127.0.0.1:$PRIVATE/acme/demo:0.1.0"
  says 0
}

@test "a wrong password, none, and one that has been mended: read anew each time" {
  local chart="{\"chart\": \"oci://127.0.0.1:$PRIVATE/acme/demo:0.1.0\"}"
  python3 -c 'import secrets; print("Pass" + secrets.token_hex(12))' >password
  cat "$secrets" password >wrong-secrets
  start_agent "$folder" "charts: {sources: [{prefix: 'oci://127.0.0.1:$PRIVATE', plain-http: true, username-file: $BATS_FILE_TMPDIR/user, password-file: $PWD/password}]}"
  run plan_chart "oci://127.0.0.1:$PRIVATE/acme/demo:0.1.0"
  says 4 "127.0.0.1:$PRIVATE does not give out" "the agent's credentials for it (charts.sources) are wrong"
  answers 422 "credentials" "$chart"
  python3 "$root/tests/support/find_secrets.py" wrong-secrets "$folder"
  rm password
  answers 503 "the agent cannot read its credentials" "$chart"
  cp "$BATS_FILE_TMPDIR/password" password
  answers 200 "$DIGEST" "$chart"
  stop_agent
  # Not even when Docker has a login for this user.
  mkdir -p home/.docker
  docker_config "127.0.0.1:$PRIVATE" "$BATS_FILE_TMPDIR/login" >home/.docker/config.json
  HOME=$PWD/home start_agent "$folder" "charts: {sources: [{prefix: 'oci://127.0.0.1:$PRIVATE', plain-http: true}]}"
  answers 422 "charts.sources has no credentials for it" "$chart"
}

@test "a registry that is not trusted, does not answer, or has no such tag" {
  local closed
  closed=$(free_port)
  start_agent "$folder" "charts: {sources: [{prefix: 'oci://127.0.0.1:$PRIVATE_TLS', $login}, {prefix: 'oci://127.0.0.1:$closed'}, {prefix: $open, plain-http: true}]}"
  run plan_chart "oci://127.0.0.1:$PRIVATE_TLS/acme/demo:0.1.0"
  says 4 "is not trusted" "unknown authority"
  run plan_chart "oci://127.0.0.1:$closed/acme/demo:0.1.0"
  says 5 "127.0.0.1:$closed cannot be reached" "connection refused"
  answers 503 "cannot be reached" "{\"chart\": \"oci://127.0.0.1:$closed/acme/demo:0.1.0\"}"
  run plan_chart "$open/demo:9.9.9"
  says 2 "there is no $open/demo:9.9.9"
  answers 404 "there is no" "{\"chart\": \"$open/nothing:1.0.0\"}"
}

@test "a source that is not allowed is not asked" {
  start_agent "$folder" "charts: {sources: [{prefix: $open/team, plain-http: true}]}"
  run plan_chart "$open/demo:0.1.0"
  says 4 "this agent fetches no charts from $open/demo: it is none of charts.sources"
  answers 422 "none of charts.sources" '{"chart": "shop@1.2.3", "repo": "https://169.254.169.254"}'
  stop_agent
  start_agent "$folder"
  answers 422 "none of charts.sources" "{\"chart\": \"$open/demo:0.1.0\"}"
  make_repository "$PWD/charts"
  cp "$BATS_FILE_TMPDIR/servers.log" before
  answers 422 "none of charts.sources" "{\"chart\": \"demo@0.1.0\", \"repo\": \"$repository\"}"
  answers 422 "none of charts.sources" "{\"chart\": \"$open/demo:0.1.0\"}"
  diff before "$BATS_FILE_TMPDIR/servers.log"
  # The log would show it.
  curl -sf "$repository/index.yaml" >/dev/null
  [ "$(diff before "$BATS_FILE_TMPDIR/servers.log" | grep -c 'GET /index.yaml')" -eq 1 ]
}

@test "a malformed reference names what is wrong, at the client and at the agent" {
  start_agent "$folder" "$allow_open"
  run plan_chart "$open/demo"
  says 2 "chart: says no version"
  run plan_chart "demo" --repo https://charts.example.com
  says 2 "chart: 'demo' is no chart of a repository"
  answers 400 '"field":"chart"' "{\"chart\": \"$open/demo:latest\"}"
  answers 400 '"field":"repo"' '{"chart": "demo@1.2.3", "repo": "charts.example.com"}'
  answers 400 "unknown key 'rpeo'; known here: chart, repo" '{"chart": "demo@1.2.3", "rpeo": "https://charts.example.com"}'
}

@test "a chart of a repository, from leadsman.yaml" {
  make_repository "$PWD/charts"
  start_agent "$folder" "charts: {sources: [{prefix: '$repository', plain-http: true}]}"
  cat >leadsman.yaml <<YAML
agent: $agent
releases:
  from-repository:
    chart: demo@0.1.0
    repo: $repository/
    namespace: $namespace
    tests: skip
    timeout: 60s
    set: {image.tag: v2, replicaCount: 1, preStopSeconds: 0}
YAML
  run leadsman deploy from-repository
  says 0 "chart demo 0.1.0 fetched from $repository"
  [ "$(live_image from-repository-demo)" = leadsman/demo:v2 ]
  run leadsman plan from-repository --chart demo@7.7.7
  says 2 "no version 7.7.7 of 'demo'; it has 0.1.0"
}

@test "a repository behind a login" {
  make_repository "$PWD/charts"
  start_repository "$PWD/charts" "$BATS_FILE_TMPDIR/login"
  start_agent "$folder" "charts: {sources: [{prefix: '$repository', plain-http: true, $login}]}"
  answers 200 '"name":"demo"' "{\"chart\": \"demo@0.1.0\", \"repo\": \"$repository\"}"
  stop_agent
  start_agent "$folder" "charts: {sources: [{prefix: '$repository', plain-http: true}]}"
  answers 422 "has no credentials for it" "{\"chart\": \"demo@0.1.0\", \"repo\": \"$repository\"}"
}

@test "an archive that is not what the index says, or that nobody should unpack, is not used" {
  make_repository "$PWD/charts"
  start_agent "$folder" "charts: {sources: [{prefix: '$repository', plain-http: true}]}"
  local chart="{\"chart\": \"demo@0.1.0\", \"repo\": \"$repository\"}" sha256
  sha256=$(sha256sum charts/demo-0.1.0.tgz | cut -d ' ' -f 1)
  pack other 0.1.0
  printf x >>other/demo-0.1.0.tgz
  cp other/demo-0.1.0.tgz charts/
  answers 422 "the repository's index says $sha256" "$chart"
  # The index agrees, and the archive climbs out of its folder.
  python3 "$root/tests/support/bad_archive.py" climbs >charts/demo-0.1.0.tgz
  sed -i "s/$sha256/$(sha256sum charts/demo-0.1.0.tgz | cut -d ' ' -f 1)/" charts/index.yaml
  answers 422 "is not used" "$chart"
  [ ! -e /tmp/climbed.yaml ]
  # It is another chart than the index says.
  cp "$BATS_FILE_TMPDIR/packed/other-0.1.0.tgz" charts/demo-0.1.0.tgz
  sed -i "s/digest: .*/digest: $(sha256sum charts/demo-0.1.0.tgz | cut -d ' ' -f 1)/" charts/index.yaml
  answers 422 "its Chart.yaml says other 0.1.0" "$chart"
  sed -i '/digest: /d' charts/index.yaml
  answers 422 "the repository's index has no digest" "$chart"
  echo '<html>' >charts/index.yaml
  answers 422 "cannot be fetched" "$chart"
}

@test "an index that sends the agent elsewhere is not followed" {
  make_repository "$PWD/charts"
  local elsewhere=$repository
  make_repository "$PWD/lead"
  sed -i "s|- demo-0.1.0.tgz|- $elsewhere/demo-0.1.0.tgz|" lead/index.yaml
  start_agent "$folder" "charts: {sources: [{prefix: '$repository', plain-http: true}]}"
  answers 422 "it lies at $elsewhere/demo-0.1.0.tgz, which is none of charts.sources" "{\"chart\": \"demo@0.1.0\", \"repo\": \"$repository\"}"
}

@test "without an agent: from where the user may fetch, with the user's own login" {
  docker_config "127.0.0.1:$PRIVATE" "$BATS_FILE_TMPDIR/login" >config.json
  local private=oci://127.0.0.1:$PRIVATE/acme/demo:0.1.0
  agent=
  run plan_chart "$private"
  says 4 "does not give out" "name the file by HELM_REGISTRY_CONFIG"
  HELM_REGISTRY_CONFIG=$PWD/config.json run deploy_chart embedded "$private" --state "$PWD/state"
  says 0 "fetched from oci://127.0.0.1:$PRIVATE/acme/demo, $DIGEST"
  python3 "$root/tests/support/find_secrets.py" "$secrets" state
  DOCKER_CONFIG=$PWD run plan_chart "$private"
  says 0
  mkdir -p home/.docker
  mv config.json home/.docker/
  HOME=$PWD/home run plan_chart "$private"
  says 0
  run plan_chart demo@0.1.0 --repo http://charts.example.com
  says 4 "http://charts.example.com is not encrypted"
}
