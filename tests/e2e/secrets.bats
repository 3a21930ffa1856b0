#!/usr/bin/env bats
# Secrets of the values, on their way through a success and through every kind of failure that quotes them: they are in
# the cluster afterwards and nowhere else.

load helper

setup_file() {
  need_cluster
  fresh_namespace e2e-secrets
  # A line, many lines, and one under a key that speaks of a password; all of them found by their first words too.
  python3 - "$BATS_FILE_TMPDIR" <<'PYTHON'
import json, os, secrets, sys
folder = sys.argv[1]
line, lines, password = "Line" + secrets.token_hex(12), ["Part%d%s" % (i, secrets.token_hex(12)) for i in range(4)], "Pass" + secrets.token_hex(12)
values = {"secrets": {"API_TOKEN": line, "TLS_KEY": "\n".join(lines) + "\n"}, "config": {"DB_PASSWORD": password},
          "image": {"tag": "v1"}, "replicaCount": 1, "preStopSeconds": 0, "tests": {"enabled": False}}
with open(os.path.join(folder, "values.yaml"), "w") as out:
    json.dump(values, out)
with open(os.path.join(folder, "secrets"), "w") as out:
    out.write("\n".join([line, *lines, password]))
PYTHON
}

setup() {
  need_cluster
  namespace=e2e-secrets
  folder=$BATS_TEST_TMPDIR/agent
  secrets=$BATS_FILE_TMPDIR/secrets
  find_secrets=$root/tests/support/find_secrets.py
  cp -r "$root/helm/demo" "$BATS_TEST_TMPDIR/chart"
  cd "$BATS_TEST_TMPDIR"
  start_agent "$folder"
  python3 "$find_secrets" "$secrets" --processes >processes 3>&- &
  sampler=$!
}

teardown() { stop_agent; }

# deploy_secretly EXIT RELEASE [flags...]
deploy_secretly() {
  local wanted=$1 release=$2 status=0
  shift 2
  leadsman deploy "$release" --chart chart --namespace "$namespace" --values "$BATS_FILE_TMPDIR/values.yaml" --agent "$agent" \
    --timeout 30s --output json "$@" >client.out 2>client.err || status=$?
  tail -2 client.out
  [ "$status" -eq "$wanted" ]
}

# The agent is looked at while it lives (its write-ahead log) and when it has ended.
found_nowhere() {
  python3 "$find_secrets" "$secrets" "$folder" client.out client.err "$@"
  curl -s --unix-socket "$folder/agent.sock" http://localhost/v1/deployments >deployments
  python3 "$find_secrets" "$secrets" deployments
  stop_agent
  kill "$sampler"
  wait "$sampler" || { cat processes; return 1; }
  python3 "$find_secrets" "$secrets" "$folder"
  # No values file, and no chart either; helm's cache of what the API server offers may stay.
  find "$folder/state/run" -type f -not -path '*/kube-cache/*' -not -path '*/run/helm/*' >left
  cat left
  [ ! -s left ]
}

@test "the search finds what is there" {
  stop_agent
  kill "$sampler"
  run python3 "$find_secrets" "$secrets" "$BATS_FILE_TMPDIR/values.yaml"
  [ "$status" -eq 1 ]
  base64 -w0 "$BATS_FILE_TMPDIR/values.yaml" >encoded
  run python3 "$find_secrets" "$secrets" encoded
  [ "$status" -eq 1 ]
  [ "${#lines[@]}" -ge 6 ]
}

@test "a success, and its plan" {
  deploy_secretly 0 good --tests skip
  leadsman plan good --chart chart --namespace "$namespace" --values "$BATS_FILE_TMPDIR/values.yaml" --agent "$agent" --set image.tag=v2 >plan.out
  leadsman status good --namespace "$namespace" --agent "$agent" >status.out
  leadsman history good --namespace "$namespace" --agent "$agent" >history.out
  found_nowhere plan.out status.out history.out
}

@test "a plan that changes the secrets" {
  deploy_secretly 0 changed --tests skip
  python3 - "$BATS_FILE_TMPDIR" <<'PYTHON'
import json, sys
folder = sys.argv[1]
values = json.load(open(folder + "/values.yaml"))
values["secrets"] = {name: text + "2" for name, text in values["secrets"].items()}
json.dump(values, open("other.yaml", "w"))
PYTHON
  leadsman plan changed --chart chart --namespace "$namespace" --values other.yaml --agent "$agent" >plan.out
  found_nowhere plan.out
}

@test "a template that fails and quotes them" {
  printf '{{ fail (printf "no use: %%s %%s %%s" .Values.secrets.API_TOKEN .Values.secrets.TLS_KEY .Values.config.DB_PASSWORD) }}\n' >chart/templates/fails.yaml
  deploy_secretly 3 fails
  found_nowhere
}

@test "an object that the API server refuses, quoting them" {
  printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.secrets.API_TOKEN }}_{{ .Values.config.DB_PASSWORD }}\n' >chart/templates/refused.yaml
  deploy_secretly 3 refused
  found_nowhere
}

@test "a container that cannot start, whose status quotes them" {
  sed -i 's|^        - name: demo$|&\n          command: [{{ .Values.secrets.API_TOKEN \| quote }}, {{ .Values.secrets.TLS_KEY \| quote }}]|' chart/templates/deployment.yaml
  deploy_secretly 1 crashes --tests skip
  jq -s -e '[.[] | select(.kind == "evidence")] | length == 1' client.out >/dev/null
  found_nowhere
}

@test "through leadsman action: summary, outputs and log" {
  status=0
  # shellcheck disable=SC2030
  env GITHUB_ACTIONS=true GITHUB_REPOSITORY=acme/shop GITHUB_RUN_ID=7 GITHUB_RUN_ATTEMPT=1 GITHUB_JOB=deploy \
    GITHUB_WORKSPACE="$PWD" GITHUB_OUTPUT="$PWD/output" GITHUB_STEP_SUMMARY="$PWD/summary" RUNNER_TEMP="$PWD" \
    INPUT_RELEASE=acted INPUT_CHART=chart INPUT_NAMESPACE="$namespace" INPUT_VALUES="$BATS_FILE_TMPDIR/values.yaml" INPUT_AGENT="$agent" \
    INPUT_SET='tests.enabled=true
tests.fail=true' INPUT_TIMEOUT=30s "$LEADSMAN_BIN/leadsman" action >client.out 2>client.err </dev/null || status=$?
  tail -3 client.out
  [ "$status" -eq 1 ]
  [ -s summary ]
  found_nowhere summary output leadsman-summary-*
}
