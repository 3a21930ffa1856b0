# Registries and chart repositories on 127.0.0.1, for charts.bats. Everything lies in $BATS_FILE_TMPDIR:
#   secrets         the one password, as tests/support/find_secrets.py wants it
#   user, password  the same login in files, as a mounted Secret has it
#   packed          what helm has packed

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# A background process of this suite; teardown_file ends them all.
in_background() {
  "$@" >>"$BATS_FILE_TMPDIR/servers.log" 2>&1 3>&- </dev/null &
  echo $! >>"$BATS_FILE_TMPDIR/servers"
}

end_background() {
  local pid
  while read -r pid; do kill "$pid" 2>/dev/null || true; done <"$BATS_FILE_TMPDIR/servers"
}

# Debian's package is the pinned one; another distribution has none that could be held against a hash. Absent there,
# $NO_REGISTRY says so.
find_registry() {
  registry=$("$root/scripts/tool-path" docker-registry) && return
  # shellcheck source=/dev/null
  (source /etc/os-release && [[ "$ID $VERSION_ID" != "debian 12" ]]) || return 1
  export NO_REGISTRY=1
}

make_login() {
  python3 -c 'import secrets; print("Pass" + secrets.token_hex(12))' >"$BATS_FILE_TMPDIR/password"
  echo ann >"$BATS_FILE_TMPDIR/user"
  cp "$BATS_FILE_TMPDIR/password" "$BATS_FILE_TMPDIR/secrets"
  printf 'ann:%s' "$(cat "$BATS_FILE_TMPDIR/password")" >"$BATS_FILE_TMPDIR/login"
  base64 -w0 "$BATS_FILE_TMPDIR/login" >>"$BATS_FILE_TMPDIR/secrets"
  # The registry takes bcrypt only.
  perl -ne 'chomp; print "ann:", crypt($_, q($2y$05$abcdefghijklmnopqrstuu)), "\n"' "$BATS_FILE_TMPDIR/password" >"$BATS_FILE_TMPDIR/htpasswd"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$BATS_FILE_TMPDIR/tls.key" -out "$BATS_FILE_TMPDIR/tls.crt" \
    -days 2 -subj /CN=registry -addext subjectAltName=IP:127.0.0.1 2>/dev/null
}

# start_registry PORT [YAML]: all of them serve the same charts.
start_registry() {
  local port=$1
  cat >"$BATS_FILE_TMPDIR/registry-$port.yml" <<YAML
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $BATS_FILE_TMPDIR/registry}}
http: {addr: "127.0.0.1:$port"${2:+, $2}}
${3:-}
YAML
  in_background "$registry" serve "$BATS_FILE_TMPDIR/registry-$port.yml"
  wait_for 15 "the registry on port $port" curl -sk --max-time 2 -o /dev/null "http://127.0.0.1:$port/v2/"
}

# pack FOLDER VERSION [NAME]: helm/demo, as a package.
pack() {
  local name=${3:-demo} source
  source=$(mktemp -d "$BATS_FILE_TMPDIR/source.XXXXXX")
  cp -r "$root/helm/demo" "$source/$name"
  sed -i "s/^version: .*/version: $2/; s/^name: .*/name: $name/" "$source/$name/Chart.yaml"
  mkdir -p "$1"
  "$LEADSMAN_HELM" package "$source/$name" --destination "$1" >/dev/null
}

manifest_digest() {
  curl -sI -H 'Accept: application/vnd.oci.image.manifest.v1+json' "http://127.0.0.1:$OPEN/v2/acme/$1/manifests/$2" |
    tr -d '\r' | awk 'tolower($1) == "docker-content-digest:" {print $2}'
}

blob() { echo "$BATS_FILE_TMPDIR/registry/docker/registry/v2/blobs/sha256/${1:7:2}/${1:7}/data"; }

# start_repository FOLDER [LOGIN_FILE]: $repository is its address.
start_repository() {
  local port_file
  port_file=$(mktemp -u "$BATS_FILE_TMPDIR/port.XXXXXX")
  in_background python3 "$root/tests/support/chart_repository.py" "$1" "$port_file" ${2:+"$2"}
  wait_for 15 "the repository" test -s "$port_file"
  repository=http://127.0.0.1:$(cat "$port_file")
}

# make_repository FOLDER: with demo 0.1.0, served openly.
make_repository() {
  pack "$1" 0.1.0
  "$LEADSMAN_HELM" repo index "$1"
  start_repository "$1"
}

docker_config() {
  printf '{"auths": {"%s": {"auth": "%s"}}}' "$1" "$(base64 -w0 "$2")"
}
