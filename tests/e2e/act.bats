#!/usr/bin/env bats
# Whole workflows with this action, run by act on this machine: what a user of GitHub Actions sees.

load helper
load act

setup_file() {
  need_cluster
  namespace=e2e-act
  fresh_namespace "$namespace"
  start_agent "$BATS_FILE_TMPDIR/agent"
  export agent agent_pid
  make_repository shop "$namespace"
}

teardown_file() { stop_agent; }

setup() {
  need_cluster
  namespace=e2e-act
}

teardown() { show_logs >&2; }

# workflow RUN ATTEMPT SET [FLAG…]: $status, beside what act_words tells.
workflow() {
  act_words shop "${@:1:3}"
  status=0
  "${words[@]}" --var "AGENT=$agent" "${@:4}" </dev/null 3>&- >"$log" 2>&1 || status=$?
}

@test "a first installation: outputs for the next step, and a summary" {
  workflow 3001 1 image.tag=v1
  [ "$status" -eq 0 ]
  [ "$(output_of phase)" = succeeded ]
  [ "$(output_of reason)" = Deployed ]
  [ "$(output_of revision)" = 1 ]
  [ "$(output_of rollback)" = none ]
  [[ $(output_of deployment-id) =~ ^[0-9a-f-]{36}$ ]]
  grep -q '^| helm test | ✅ |' "$results/summary.md"
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
}

@test "an upgrade, and the same run once more: it attaches and deploys nothing" {
  workflow 3002 1 image.tag=v2
  [ "$status" -eq 0 ]
  [ "$(output_of revision)" = 2 ]
  [ "$(output_of previous-revision)" = 1 ]
  local id
  id=$(output_of deployment-id)
  workflow 3002 2 image.tag=v2
  [ "$status" -eq 0 ]
  grep -q "attached to deployment $id (started by run 3002 attempt 1)" "$log"
  [ "$(output_of deployment-id)" = "$id" ]
  [ "$(output_of phase)" = succeeded ]
  [ "$("$LEADSMAN_HELM" -n "$namespace" history shop -o json | jq length)" -eq 2 ]
}

@test "a failing test: the step fails, says why, and later steps know that it was rolled back" {
  workflow 3003 1 $'image.tag=v3\ntests.fail=true'
  [ "$status" -ne 0 ]
  [ "$(output_of phase)" = rolled_back ]
  [ "$(output_of reason)" = TestsFailed ]
  [ "$(output_of rollback)" = succeeded ]
  # The table, the reason, and the proof.
  grep -q '^| helm test | ❌ |.*TestsFailed' "$results/summary.md"
  grep -q '^### Why' "$results/summary.md"
  grep -q 'shop\\*-demo\\*-test\\*-connection' "$results/summary.md"
  grep -q '^### The way back to revision 2: proved' "$results/summary.md"
  # act shows workflow commands as its own marks.
  grep -q 'TestsFailed' "$log"
  grep -qE '(::error|❗  ::error)' "$log"
  grep -qE '::group::|❓ .*helm test' "$log"
  grep -q 'stop-commands' "$log"
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

@test "without an agent it works too: embedded, with the kubeconfig of a secret" {
  local workflows=$BATS_FILE_TMPDIR/shop/.github/workflows secret
  secret=$(base64 -w0 "$KUBECONFIG")
  sed -e 's/agent: .*/kubeconfig: ${{ secrets.KUBE_CONFIG_B64 }}/' -e 's/^on:/name: embedded\non:/' "$workflows/deploy.yml" >"$workflows/embedded.yml"
  printf 'KUBE_CONFIG_B64=%s\n' "$secret" >"$BATS_TEST_TMPDIR/secrets"
  workflow 3004 1 image.tag=v3 -W .github/workflows/embedded.yml --secret-file "$BATS_TEST_TMPDIR/secrets"
  [ "$status" -eq 0 ]
  [ "$(output_of phase)" = succeeded ]
  run grep -F "${secret:0:60}" "$log"
  [ "$status" -ne 0 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
}
