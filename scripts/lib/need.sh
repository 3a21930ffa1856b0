# shellcheck shell=bash
# What a script needs to be present, and what to say when it is not.

have() {
  command -v "$1" >/dev/null 2>&1
}

# need COMMAND [HINT]
need() {
  have "$1" || fail "$1 is not installed" "${2:-scripts/install-deps --cluster --build installs it on Debian and Ubuntu}"
}

need_amd64_linux() {
  [[ "$(uname -sm)" == "Linux x86_64" ]] ||
    fail "the pinned binaries are for Linux on x86_64, this is $(uname -sm)" \
      "put helm $HELM_VERSION and kubectl $KUBECTL_VERSION on PATH yourself, or use a Linux x86_64 machine"
}

# version_at_least HAVE WANTED
version_at_least() {
  [[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" == "$2" ]]
}
