# Workflows with this action, run by act.

# make_repository NAME NAMESPACE: example/NAME as a user has it, with a chart, a leadsman.yaml and a workflow, and with
# this action.
make_repository() {
  local work=$BATS_FILE_TMPDIR/$1
  mkdir -p "$work/.github/workflows" "$work/leadsman-action" "$work/charts"
  cp "$root/action.yml" "$work/leadsman-action/"
  cp -r "$root/helm/demo" "$work/charts/demo"
  cat >"$work/leadsman.yaml" <<YAML
releases:
  shop:
    chart: charts/demo
    namespace: $2
    set: [replicaCount=1, preStopSeconds=0]
    timeout: 90s
YAML
  cat >"$work/.github/workflows/deploy.yml" <<'YAML'
on:
  workflow_dispatch:
    inputs:
      set: {default: ""}
      on-cancel: {default: ""}
      when-busy: {default: ""}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./leadsman-action
        id: shop
        with:
          agent: ${{ vars.AGENT }}
          key: ${{ secrets.LEADSMAN_KEY }}
          ca: ${{ vars.CA }}
          path: ${{ vars.PROGRAMS }}
          set: ${{ inputs.set }}
          on-cancel: ${{ inputs.on-cancel }}
          when-busy: ${{ inputs.when-busy }}
      - if: always()
        env:
          OUTPUTS: ${{ toJSON(steps.shop.outputs) }}
          FOLDER: ${{ vars.RESULTS }}
        run: |
          printf '%s' "$OUTPUTS" >"$FOLDER/outputs.json"
          cp "$(jq -r '."summary-file"' <<<"$OUTPUTS")" "$FOLDER/summary.md"
YAML
  git -C "$work" init -q
  git -C "$work" remote add origin "https://github.com/example/$1.git"
  git -C "$work" -c user.name=test -c user.email=test@example.com add -A
  git -C "$work" -c user.name=test -c user.email=test@example.com commit -qm "a shop"
}

# act_words REPOSITORY RUN ATTEMPT SET [INPUT…]: the command that runs the workflow there, in the array `words`. Its last
# step keeps outputs and summary in the folder $results; $log is for what it prints.
act_words() {
  local repository=$1 run=$2 attempt=$3 input
  results=$BATS_TEST_TMPDIR/results.$run.$attempt
  log=$BATS_TEST_TMPDIR/log.$run.$attempt
  mkdir -p "$results"
  words=(env -u KUBECONFIG "XDG_CACHE_HOME=$BATS_FILE_TMPDIR/cache.$repository" "$("$root/scripts/tool-path" act)"
    --directory "$BATS_FILE_TMPDIR/$repository" -P ubuntu-latest=-self-hosted workflow_dispatch
    --var "PROGRAMS=$LEADSMAN_BIN" --var "RESULTS=$results" --env "GITHUB_REPOSITORY=example/$repository"
    --env "GITHUB_RUN_ID=$run" --env "GITHUB_RUN_ATTEMPT=$attempt")
  for input in "set=$4" "${@:5}"; do words+=(--input "$input"); done
}

output_of() { jq -r --arg name "$1" '.[$name]' "$results/outputs.json"; }

show_logs() {
  local file
  for file in "$BATS_TEST_TMPDIR"/log.*; do
    if [[ -e $file ]]; then
      echo "--- $file"
      tail -150 "$file"
    fi
  done
}
