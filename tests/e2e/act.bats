#!/usr/bin/env bats
# Whole workflows with this action, run by act on this machine: what a user of GitHub Actions sees.

load helper
load followers

setup_file() {
  need_cluster
  namespace=e2e-act
  fresh_namespace "$namespace"
  start_agent "$BATS_FILE_TMPDIR/agent"
  export agent agent_pid
  export work=$BATS_FILE_TMPDIR/work
  make_repository
}

teardown_file() { stop_agent; }

setup() {
  need_cluster
  namespace=e2e-act
  act=$("$root/scripts/tool-path" act)
  log=$BATS_TEST_TMPDIR/log
}

teardown() { if [[ -e $log ]]; then tail -150 "$log" >&2; fi; }

# What a user has: a repository with a chart, a leadsman.yaml and a workflow; and this action.
make_repository() {
  mkdir -p "$work/.github/workflows" "$work/leadsman-action" "$work/charts"
  cp "$root/action.yml" "$work/leadsman-action/"
  cp -r "$root/helm/demo" "$work/charts/demo"
  cat >"$work/leadsman.yaml" <<YAML
releases:
  shop:
    chart: charts/demo
    namespace: e2e-act
    set: [replicaCount=1, preStopSeconds=0]
    timeout: 60s
YAML
  cat >"$work/.github/workflows/deploy.yml" <<'YAML'
on:
  workflow_dispatch:
    inputs:
      set: {default: ""}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./leadsman-action
        id: shop
        with:
          agent: ${{ vars.AGENT }}
          path: ${{ vars.PROGRAMS }}
          set: ${{ inputs.set }}
      - if: always()
        env:
          OUTPUTS: ${{ toJSON(steps.shop.outputs) }}
          FOLDER: ${{ vars.RESULTS }}
        run: |
          printf '%s' "$OUTPUTS" >"$FOLDER/outputs.json"
          cp "$(jq -r '."summary-file"' <<<"$OUTPUTS")" "$FOLDER/summary.md"
YAML
  git -C "$work" init -q
  git -C "$work" -c user.name=test -c user.email=test@example.com add -A
  git -C "$work" -c user.name=test -c user.email=test@example.com commit -qm "a shop"
}

# workflow RUN ATTEMPT SET: $status, $log, and what its last step has kept in $results.
workflow() {
  results=$BATS_TEST_TMPDIR/results.$1.$2
  mkdir -p "$results"
  status=0
  (cd "$work" && XDG_CACHE_HOME=$BATS_FILE_TMPDIR/cache "$act" -P ubuntu-latest=-self-hosted workflow_dispatch --input "set=$3" \
    --var "AGENT=$agent" --var "PROGRAMS=$LEADSMAN_BIN" --var "RESULTS=$results" \
    --env "GITHUB_RUN_ID=$1" --env "GITHUB_RUN_ATTEMPT=$2" </dev/null 3>&-) >"$log" 2>&1 || status=$?
}

output_of() { jq -r --arg name "$1" '.[$name]' "$results/outputs.json"; }

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
  sed -e 's/agent: .*/kubeconfig: ${{ secrets.KUBE_CONFIG_B64 }}/' "$work/.github/workflows/deploy.yml" >"$work/.github/workflows/embedded.yml"
  sed -i 's/^on:/name: embedded\non:/' "$work/.github/workflows/embedded.yml"
  printf 'KUBE_CONFIG_B64=%s\n' "$(base64 -w0 "$KUBECONFIG")" >"$BATS_TEST_TMPDIR/secrets"
  results=$BATS_TEST_TMPDIR/results
  mkdir "$results"
  status=0
  (cd "$work" && env -u KUBECONFIG "$act" -P ubuntu-latest=-self-hosted workflow_dispatch -W .github/workflows/embedded.yml \
    --input set=image.tag=v3 --var "PROGRAMS=$LEADSMAN_BIN" --var "RESULTS=$results" --secret-file "$BATS_TEST_TMPDIR/secrets" \
    --env GITHUB_RUN_ID=3004 --env GITHUB_RUN_ATTEMPT=1 </dev/null 3>&-) >"$log" 2>&1 || status=$?
  [ "$status" -eq 0 ]
  [ "$(output_of phase)" = succeeded ]
  run grep -F "$(base64 -w0 "$KUBECONFIG" | head -c 60)" "$log"
  [ "$status" -ne 0 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
}
