#!/usr/bin/env bats
# leadsman doctor, by causes that are real: certificates, keys, Roles, volumes and a helm that are wrong.

load helper

setup_file() {
  need_cluster
  fresh_namespace e2e-doctor
  make_keys
  make_certificates
}

teardown_file() {
  need_cluster
  "$kubectl" delete namespace e2e-doctor --ignore-not-found --wait=false
}

setup() {
  need_cluster
  namespace=e2e-doctor
  folder=$BATS_TEST_TMPDIR/agent
  certificates=$BATS_FILE_TMPDIR
  mkdir -p "$folder"
  chmod 700 "$folder"
  cd "$BATS_TEST_TMPDIR"
}

teardown() {
  stop_agent -KILL
  if [[ -n "${mounted:-}" ]]; then umount --lazy "$mounted"; fi
  tail -n 5 "$folder/agent.log" account.err 2>/dev/null || true
}

make_keys() {
  local name
  for name in deployer reader elsewhere stranger; do
    "$LEADSMAN_BIN/leadsman" key generate --out "$BATS_FILE_TMPDIR/$name.key" | sed -n 's/.*public-key: //p' >"$BATS_FILE_TMPDIR/$name.public"
  done
}

# certificate NAME ALTNAME DAYS: signed by the authority ca.
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key.pem" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key.pem -CAcreateserial -days "$3" -extfile <(echo "subjectAltName=$2") -out "$1.pem" 2>/dev/null
}

make_certificates() {
  cd "$BATS_FILE_TMPDIR"
  local name
  for name in ca other; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=authority $name" -keyout "$name.key.pem" -out "$name.pem" 2>/dev/null
  done
  certificate good IP:127.0.0.1 365
  certificate expired IP:127.0.0.1 -1
  certificate elsewhere DNS:elsewhere.test 365
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

entry() { echo "    - {name: $1, public-key: \"$(<"$BATS_FILE_TMPDIR/$1.public")\", may: [$2], releases: [\"$3\"]}"; }

# serve CERTIFICATE: a daemon with TLS at $address.
serve() {
  local port
  port=$(free_port)
  address=https://127.0.0.1:$port
  cat >"$folder/agent.yaml" <<YAML
listen: ["127.0.0.1:$port", "unix:$folder/agent.sock"]
tls: {certificate: $certificates/$1.pem, key: $certificates/$1.key.pem}
state: ${state:-$folder/state}
clusters:
  default: {kubeconfig: $KUBECONFIG}
helm: {path: ${helm:-$LEADSMAN_HELM}${pin:+, sha256: $pin}}
access:
  keys:
$(entry deployer 'read, deploy' "$namespace/*")
$(entry reader read "$namespace/*")
$(entry elsewhere deploy 'elsewhere/*')
YAML
  # LEADSMAN_HELM would go before the configuration.
  env -u LEADSMAN_HELM "$LEADSMAN_BIN/leadsman-agent" --config "$folder/agent.yaml" >>"$folder/agent.log" 2>&1 3>&- &
  agent_pid=$!
  wait_for 15 "the agent to listen" curl -sf --unix-socket "$folder/agent.sock" http://localhost/healthz
}

# doctor EXIT [flags...]: shown, and kept in $output; with an agent's address of its own.
doctor() {
  local wanted=$1
  shift
  run env -u LEADSMAN_KEY "$LEADSMAN_BIN/leadsman" doctor "$@" </dev/null
  echo "$output"
  [ "$status" -eq "$wanted" ]
}

# at the agent of `serve`.
ask() { doctor "$1" --agent "$address" --ca "$certificates/ca.pem" --key "$certificates/${key:-deployer}.key" --namespace "$namespace" "${@:2}"; }

# row MARK NAME TEXT: there is such a row, and its words go on with TEXT.
row() {
  grep -qE "^$1 $2 +.*$3" <<<"$output" || { echo "no row: $1 $2 … $3" >&2; return 1; }
}

advice() { grep -qE "^  → .*$1" <<<"$output" || { echo "no advice: $1" >&2; return 1; }; }

@test "all is well, from the address to the permissions" {
  serve good
  ask 0
  row ✓ address "$address"
  row ✓ certificate 'CN=good, issued by CN=authority ca'
  row ✓ agent ready
  row ✓ clock
  row ✓ key "ed25519:.* may deploy $namespace/"
  row ✓ helm v4
  row ✓ cluster Kubernetes
  row ✓ permissions 'all [0-9]+ that are needed'
  run env "$LEADSMAN_BIN/leadsman" doctor --agent "$address" --ca "$certificates/ca.pem" --key "$certificates/deployer.key" --output json
  jq -e '.verdict != "failed" and all(.checks[]; .verdict != "failed") and ([.checks[].name] | index("volume"))' <<<"$output"
}

@test "addresses that are wrong: no such name, nobody there, somebody else there" {
  doctor 1 --agent https://agent.nowhere.invalid --without-key
  row ✗ address 'agent.nowhere.invalid'
  advice 'is the name right'
  doctor 1 --agent "https://127.0.0.1:$(free_port)" --without-key
  row ✗ address refused
  advice 'nobody listens there'
  doctor 1 --agent "unix:$folder/no.sock" --without-key
  row ✗ address
  doctor 1 --agent https://host:port/ --without-key
  row ✗ address
  local port
  port=$(free_port)
  python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1 3>&- &
  agent_pid=$!
  wait_for 15 "the other server" curl -so /dev/null "http://127.0.0.1:$port/"
  doctor 1 --agent "http://127.0.0.1:$port" --without-key
  row ✗ agent 'not a Leadsman agent: HTTP status 404'
  doctor 1 --agent "https://127.0.0.1:$port" --without-key
  row ✗ certificate
  advice 'does it speak TLS'
}

@test "certificates: of another authority, expired, for another name" {
  serve good
  doctor 1 --agent "$address" --without-key
  row ✗ certificate 'not trusted here: CN=good, issued by CN=authority ca'
  advice 'give the authority.*: CN=authority ca'
  doctor 1 --agent "$address" --ca "$certificates/other.pem" --without-key
  row ✗ certificate 'not trusted here'
  advice 'names another authority'
  stop_agent
  serve expired
  doctor 1 --agent "$address" --ca "$certificates/ca.pem" --without-key
  row ✗ certificate 'expired: CN=expired'
  stop_agent
  serve elsewhere
  doctor 1 --agent "$address" --ca "$certificates/ca.pem" --without-key
  row ✗ certificate 'it is for elsewhere.test, not for 127.0.0.1'
}

@test "keys: none, unknown, one that may only read, one for other releases" {
  serve good
  doctor 1 --agent "$address" --ca "$certificates/ca.pem" --namespace "$namespace"
  row ✗ key 'there is none'
  key=stranger ask 1
  row ✗ key 'is not known here'
  [[ $output == *"→ "*"public-key: $(<"$certificates/stranger.public")"* ]] # a key may hold what means something to grep
  key=reader ask 1
  row ✗ key "is known to the agent, and may not deploy $namespace/"
  key=elsewhere ask 1
  row ✗ key 'is known to the agent, and may not deploy'
  advice 'access.keys needs'
}

@test "helm: moved away, and another one than the pinned one" {
  helm=$folder/helm pin=$(sha256sum "$LEADSMAN_HELM" | cut -d ' ' -f 1)
  cp "$LEADSMAN_HELM" "$helm"
  serve good
  ask 0
  row ✓ helm 'pinned by its SHA-256'
  mv "$helm" "$helm.away"
  ask 1
  row ✗ helm "$helm"
  advice 'install helm 4'
  printf '#!/bin/sh\necho v4.9.9\n' >"$helm"
  chmod +x "$helm"
  ask 1
  row ✗ helm "has SHA-256 .*, expected is $pin"
  advice 'put the pinned helm back'
}

# tmpfs FOLDER SIZE: mounted there until the test ends.
tmpfs() {
  mkdir -p "$1"
  mount -t tmpfs -o "size=$2,mode=700" leadsman-test "$1" 2>/dev/null || skip "needs the permission to mount"
  mounted=$1
}

@test "a volume that fills up under the agent, and one that is read-only" {
  tmpfs "$BATS_TEST_TMPDIR/volume" 300m
  state=$mounted/state
  serve good
  doctor 0 --agent "unix:$folder/agent.sock" --namespace "$namespace"
  row ✓ volume 'free of 300 MiB'
  fallocate -l 150M "$mounted/ballast"
  doctor 0 --agent "unix:$folder/agent.sock" --namespace "$namespace"
  row ! volume 'little space left'
  [[ $output == *"it works; 1 of "* ]]
  dd if=/dev/zero of="$mounted/more" bs=1M 2>/dev/null || true
  doctor 1 --agent "unix:$folder/agent.sock" --namespace "$namespace"
  row ✗ volume 'is full'
  stop_agent
  mount -o remount,ro "$mounted"
  run "$LEADSMAN_BIN/leadsman-agent" --config "$folder/agent.yaml" --doctor
  echo "$output"
  [ "$status" -eq 1 ]
  row ✗ volume 'read-only'
}

@test "an agent that does not start says itself what is wrong" {
  serve good
  stop_agent
  run "$LEADSMAN_BIN/leadsman-agent" --config "$folder/agent.yaml" --doctor
  echo "$output"
  [ "$status" -eq 0 ]
  row ✓ volume "$folder/state"
  row ✓ kubeconfig "$KUBECONFIG"
  row ✓ cluster Kubernetes
  sed -i "s,^helm:.*,helm: {path: $folder/none}," "$folder/agent.yaml"
  chmod 777 "$folder/state"
  run env -u LEADSMAN_HELM "$LEADSMAN_BIN/leadsman-agent" --config "$folder/agent.yaml" --doctor --json
  [ "$status" -eq 1 ]
  jq -e '[.checks[] | select(.verdict == "failed").name] == ["volume", "helm"]' <<<"$output"
}

# A kubeconfig like ours but for what the filter changes.
changed_kubeconfig() { "$kubectl" config view --raw --flatten --minify -o json | jq "$@"; }

@test "embedded: no kubeconfig, a broken one, an expired certificate, no API server, no helm" {
  doctor 1 --kubeconfig /nowhere/config
  row ✗ kubeconfig /nowhere/config
  changed_kubeconfig '."current-context" = "none"' >wrong-context
  doctor 1 --kubeconfig wrong-context
  row ✗ kubeconfig "no context 'none'"
  printf 'clusters: [\n' >broken
  doctor 1 --kubeconfig broken
  row ✗ kubeconfig
  changed_kubeconfig --arg cert "$(base64 -w0 "$certificates/expired.pem")" --arg key "$(base64 -w0 "$certificates/expired.key.pem")" \
    '.users[0].user = {"client-certificate-data": $cert, "client-key-data": $key}' >expired
  doctor 1 --kubeconfig expired
  row ✗ kubeconfig 'expired at'
  advice 'a new kubeconfig'
  changed_kubeconfig --arg server "https://127.0.0.1:$(free_port)" '.clusters[0].cluster.server = $server' >unreachable
  doctor 1 --kubeconfig unreachable
  row ✗ cluster refused
  changed_kubeconfig --arg ca "$(base64 -w0 "$certificates/other.pem")" '.clusters[0].cluster["certificate-authority-data"] = $ca' >untrusted
  doctor 1 --kubeconfig untrusted
  row ✗ cluster 'cannot be trusted'
  changed_kubeconfig '.users[0].user = {token: "nonsense"}' >unknown
  doctor 1 --kubeconfig unknown
  row ✗ cluster
  LEADSMAN_HELM=/nowhere/helm doctor 1 --kubeconfig "$KUBECONFIG"
  row ✗ helm /nowhere/helm
  doctor 0 --kubeconfig "$KUBECONFIG" --namespace "$namespace"
  row ✓ 'embedded agent'
  row ✓ permissions
}

# become_account NAME: from here on KUBECONFIG is that of a service account that may nothing.
become_account() {
  "$kubectl" -n "$namespace" create serviceaccount "$1"
  local token
  token=$("$kubectl" -n "$namespace" create token "$1" --duration 2h)
  changed_kubeconfig --arg token "$token" '.users[0].user = {token: $token}' >account.kubeconfig
  chmod 600 account.kubeconfig
}

# as_account VERB [flags...]: the release "shop" of the demo chart, tests and all.
as_account() {
  KUBECONFIG=$PWD/account.kubeconfig leadsman "$1" "${release:-shop}" --chart "$root/helm/demo" --namespace "$namespace" --set image.tag=v1 \
    --set replicaCount=1 --set preStopSeconds=0 "${@:2}" 2>>account.err
}

@test "permissions that a chart needs are found all at once, and the Role that is printed is enough to deploy it" {
  become_account poor
  run as_account doctor --output json
  [ "$status" -eq 1 ]
  jq -r '.checks[] | select(.name == "permissions") | .found' <<<"$output"
  jq -e '[.checks[] | select(.verdict == "failed").name] == ["permissions"]' <<<"$output"
  jq -e '.checks[] | select(.name == "permissions") | .found | contains("leases.coordination.k8s.io") and contains("deployments.apps") and contains("pods/log") and contains("jobs.batch")' <<<"$output"
  jq -r '.checks[].apply' <<<"$output" | "$kubectl" apply -f -
  wait_for 30 "the Role to count" as_account doctor
  as_account deploy --timeout 120s
  [ "$(helm_status shop)" = deployed ]
  as_account deploy --timeout 120s --set image.tag=v2
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

@test "a deployment that lacks permissions names each of them, and nothing is changed" {
  release=bare
  become_account bare
  run as_account doctor --output json
  jq -r '.checks[].apply' <<<"$output" >roles.yaml
  # All but two that only a test and the way back need.
  "$kubectl" apply -f roles.yaml --dry-run=client -o json |
    jq '(.items[] | select(.kind == "Role").rules[] | select(.resources | index("jobs")).verbs) -= ["create"]
      | (.items[] | select(.kind == "Role").rules[] | select(.resources | index("services")).verbs) -= ["delete"]' | "$kubectl" apply -f -
  wait_for 30 "the Role to count" can "$namespace:bare" create leases
  run as_account deploy --timeout 120s --output json
  tail -1 <<<"$output"
  [ "$status" -eq 3 ]
  jq -es 'map(select(.kind == "finished"))[0].data | .reason == "Forbidden"' <<<"$output"
  jq -es 'any(.[]; .kind == "step" and (.message | contains("create jobs.batch in '"$namespace"'") and contains("delete services in '"$namespace"'")))' <<<"$output"
  run "$LEADSMAN_HELM" -n "$namespace" status bare
  [ "$status" -ne 0 ]
  [ -z "$("$kubectl" -n "$namespace" get deployments,services -l app.kubernetes.io/instance=bare -o name)" ]
}

can() { "$kubectl" -n "$namespace" auth can-i "$2" "$3" --as "system:serviceaccount:$1"; }

@test "a deployment that may not even take the lease names everything that is missing" {
  release=nothing
  become_account nothing
  run as_account deploy --timeout 60s --output json
  [ "$status" -eq 3 ]
  jq -es 'map(select(.kind == "finished"))[0].data.reason == "Forbidden"' <<<"$output"
  jq -es 'any(.[]; .kind == "step" and (.message | contains("permissions are missing") and contains("leases.coordination.k8s.io") and contains("deployments.apps") and contains("jobs.batch")))' <<<"$output"
}

@test "a chart that cannot be rendered, and a namespace that is not there" {
  mkdir -p chart/templates
  printf 'apiVersion: v2\nname: wrong\nversion: 1.0.0\n' >chart/Chart.yaml
  printf '{{ fail "say who you are" }}\n' >chart/templates/a.yaml
  doctor 1 wrong --chart chart --namespace "$namespace"
  row ✗ chart 'say who you are'
  doctor 1 shop --chart "$root/helm/demo" --namespace e2e-doctor-none
  row ✗ namespace 'e2e-doctor-none does not exist'
  advice 'create-namespace: true'
}
