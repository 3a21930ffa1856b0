# shellcheck shell=bash disable=SC2034
# What the tests of the client's binary share. LEADSMAN names the binary under test.

setup_workplace() {
  LEADSMAN="${LEADSMAN:-$BATS_TEST_DIRNAME/../../build/dev/bin/leadsman}"
  LEADSMAN="$(realpath "$LEADSMAN")"
  FAKE_AGENT="$(realpath "$BATS_TEST_DIRNAME/../support/fake_agent.py")"
  WORK="$(mktemp -d)"
  cd "$WORK" || return
  unset LEADSMAN_AGENT LEADSMAN_KEY LEADSMAN_CA KUBECONFIG KUBE_CONFIG_B64 GITHUB_ACTIONS KUBERNETES_SERVICE_HOST "${!INPUT_@}"
  export HOME="$WORK" TMPDIR="$WORK" FAKE_DIARY="$WORK/diary"
  mkdir -p chart/templates
  printf 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' >chart/Chart.yaml
  printf 'kind: ConfigMap\n' >chart/templates/a.yaml
  DEPLOY=(deploy shop --chart chart --namespace shop)
}

teardown_workplace() {
  if [ -n "${AGENT_PID:-}" ]; then
    kill "$AGENT_PID" 2>/dev/null || true
    wait "$AGENT_PID" 2>/dev/null || true # it writes into $WORK to its end
  fi
  cd /
  rm -rf "$WORK"
}

# A daemon on a port of its own; AGENT is its address.
start_agent() {
  "$FAKE_AGENT" --port-file "$WORK/port" >/dev/null 2>&1 3>&- &
  AGENT_PID=$!
  wait_for test -s "$WORK/port"
  AGENT="http://127.0.0.1:$(cat "$WORK/port")"
  "$LEADSMAN" key generate --out "$WORK/key" >/dev/null
}

# Tries a command until it succeeds, for at most 15 seconds.
wait_for() {
  local tries=0
  until "$@" 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ]; then echo "waited in vain for: $*" >&2; return 1; fi
    sleep 0.05
  done
}

milliseconds() { date +%s%3N; }

# "! command" inside a test fails nothing; this does.
refute() {
  if "$@"; then
    echo "unexpectedly true: $*" >&2
    return 1
  fi
}
