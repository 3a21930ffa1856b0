#!/usr/bin/env bats
# `leadsman plan`: what can be known before anything happens, on a real cluster, with real metrics.
bats_require_minimum_version 1.5.0

load helper.bash
load gateway.bash
load canary.bash
load act.bash

setup_file() {
  need_prometheus
  fresh_namespace plan
  canary_values
  spec=$BATS_FILE_TMPDIR/first.yaml
  canary_spec "$spec" 'steps: [50]'
  # An agent that has seen both ways to deploy.
  start_agent "$BATS_FILE_TMPDIR/agent"
  export agent agent_pid
  canary v1 --agent "$agent"
  make_route plan shop shop-demo plan.test
  canary v2 --agent "$agent"
}

teardown_file() {
  stop_agent
  "$kubectl" delete namespace plan --wait=false --ignore-not-found >/dev/null
}

setup() {
  need_prometheus
  namespace=plan
  spec=$BATS_TEST_TMPDIR/leadsman.yaml
  canary_spec "$spec"
}

teardown() {
  end_traffic
  show_logs >&2
  "$kubectl" -n plan delete resourcequota,httproute --field-selector metadata.name!=shop >/dev/null
}

# plan_of TAG [flag…]: what a canary of it would do.
plan_of() {
  local tag=$1
  shift
  leadsman plan shop --file "$spec" --set "image.tag=$tag" --agent "$agent" "$@"
}

# measured_spec GATES [ADDRESS]
measured_spec() {
  canary_spec "$spec" "steps: [{weight: 40, gates: [helm-test, $1]}, {weight: 100, pause: 2m}]"
  sed -i "s|^    strategy: canary|    metrics: {prometheus: {address: \"http://${2:-$LEADSMAN_TEST_PROMETHEUS}\"}}\n&|" "$spec"
}

nothing_happened() {
  canary_is_gone
  [[ "$(route_weights)" == '{"shop-demo":1}' ]]
  [[ "$(live_image shop-demo)" == *:v2 ]]
}

# refused_for TEXT…: exit code 4, each of the texts, and nothing was touched.
refused_for() {
  local text
  run -4 plan_of v3
  echo "$output"
  for text in "would be refused" "$@"; do [[ "$output" == *"$text"* ]]; done
  nothing_happened
}

@test "a plan is a page: changes, steps with their times, and what was looked at" {
  measured_spec "{metric: {use: http-error-rate, from: envoy, max: 1%, interval: 10s, count: 3, window: 10s}}"
  start_traffic page plan.test --rate 60
  a_number() { plan_of v3 | grep -q 'http-error-rate of stable is 0 % of [0-9]* samples'; }
  wait_for 30 "a number of stable's" a_number
  run -0 plan_of v3
  stop_traffic page
  echo "$output"
  [[ "$output" == *"Plan for shop (namespace plan)  canary"* ]]
  [[ "$output" == *"spec.template.spec.containers[0].image: leadsman/demo:v2 → leadsman/demo:v3"* ]]
  # Of what the two deployments before took, and of what is written: 10 s and two intervals, at most three more.
  [[ "$output" =~ about\ [0-9ms\ ]+\ to\ [0-9]+m ]]
  [[ "$output" == *"in all    about "*", by the last 2 deployments"* ]]
  [[ "$output" == *"✓ permissions  all that are needed are there"* ]]
  [[ "$output" == *"✓ pods         at most 5 at once: 2 now, 2 of the canary, 1 while pods are replaced"* ]]
  [[ "$output" == *"✓ quota        the namespace has none for pods"* ]]
  [[ "$output" == *"✓ nodes        1 node takes them: room for "* ]]
  [[ "$output" == *"✓ route        HTTPRoute shop, written by kubectl"* ]]
  nothing_happened
}

@test "without an earlier deployment no time is made up" {
  run -0 leadsman plan shop --file "$spec" --set image.tag=v3
  echo "$output"
  [[ "$output" == *"no earlier deployment of this release is known to this agent"* ]]
}

@test "a pause until somebody promotes has no end" {
  canary_spec "$spec" 'steps: [{weight: 10, pause: until-promoted}, 100]'
  run -0 plan_of v3
  echo "$output"
  [[ "$output" == *"in all    at least"*"until promoted"* ]]
}

@test "a quota that cannot hold the canary is said to be sure to refuse, one that is tight is a warning" {
  "$kubectl" -n plan create quota tight --hard=pods=3
  quota_is_counted() { [[ "$("$kubectl" -n plan get quota tight -o 'jsonpath={.status.used.pods}')" == 2 ]]; }
  wait_for 15 "the quota to be counted" quota_is_counted
  run -0 plan_of v3
  echo "$output"
  [[ "$output" == *"✗ quota tight"*"would certainly refuse pods: at 100 % the canary needs 2 pods more; pods: only 1 of 3 pods free"* ]]
  "$kubectl" -n plan patch quota tight --type merge -p '{"spec": {"hard": {"pods": "4"}}}'
  run -0 plan_of v3
  [[ "$output" == *"! quota tight"*"may hold up the deployment: at its peak it needs 3 pods more"* ]]
  "$kubectl" -n plan patch quota tight --type merge -p '{"spec": {"hard": {"pods": null, "limits.cpu": "9"}}}'
  run -0 plan_of v3
  [[ "$output" == *"✗ quota tight"*"it counts limits.cpu, and a container of the chart has no resources.limits.cpu"* ]]
}

@test "a query that does not parse is found before anything is touched, by plan and by deploy" {
  measured_spec '{metric: {name: odd, query: "sum(rate(oops[1m])", max: 1}}'
  refused_for CanaryRefused "odd of stable cannot be asked for as it is written" "Prometheus says: " "asked: sum(rate(oops[1m])"
  run -4 canary v3 --agent "$agent"
  [[ "$output" == *"cannot be asked for as it is written"* ]]
  nothing_happened
}

@test "a query without data, and a source that does not answer, are warnings with a line each" {
  measured_spec '{metric: {name: nobody-counts, query: "sum(no_such_series)", max: 1}}, {metric: {name: two, query: "up", max: 1}}'
  run -0 plan_of v3
  echo "$output"
  [[ "$output" == *"! metric"*"nobody-counts of stable has no data"* ]]
  [[ "$output" == *"✗ metric"*"two of stable is more than one number"* ]]
  measured_spec '{metric: {name: first, query: "1", max: 1}}, {metric: {name: second, query: "1", max: 1}}' 127.0.0.1:9
  run -0 plan_of v3
  echo "$output"
  [[ "$output" == *"! metric"*"first of stable cannot be asked for"* ]]
  [[ "$output" == *"second was not asked for: the source did not answer before"* ]]
}

@test "what the agent may not do is said with the Role that grants it, and what it may not look at is said, too" {
  "$kubectl" -n plan create serviceaccount narrow --dry-run=client -o yaml | "$kubectl" apply -f - >/dev/null
  "$kubectl" -n plan create rolebinding narrow --clusterrole=edit --serviceaccount=plan:narrow --dry-run=client -o yaml | "$kubectl" apply -f - >/dev/null
  local token narrow=$BATS_TEST_TMPDIR/kubeconfig
  token=$("$kubectl" -n plan create token narrow)
  "$kubectl" config view --raw --minify -o json | jq --arg token "$token" '.users[0].user = {token: $token}' >"$narrow"
  run -4 leadsman plan shop --file "$spec" --set image.tag=v3 --kubeconfig "$narrow"
  echo "$output"
  [[ "$output" == *Forbidden* ]]
  [[ "$output" == *"get, patch, update httproutes.gateway.networking.k8s.io in plan (the route)"* ]]
  [[ "$output" == *"kind: Role"*"resources: [httproutes]"*"{kind: ServiceAccount, name: narrow, namespace: plan}"* ]]
  # With it, only what lies outside of the namespace is not looked at.
  sed -n '/^apiVersion: v1/,$p' <<<"$output" | "$kubectl" apply -f - >/dev/null
  run leadsman plan shop --file "$spec" --set image.tag=v3 --kubeconfig "$narrow"
  echo "$output"
  [[ "$output" == *"! nodes        not checked: no permission"* ]]
}

@test "a route that GitOps keeps as it is: a warning" {
  "$kubectl" -n plan annotate httproute shop argocd.argoproj.io/tracking-id=edge:gateway/HTTPRoute:plan/shop
  run -0 plan_of v3
  "$kubectl" -n plan annotate httproute shop argocd.argoproj.io/tracking-id-
  echo "$output"
  [[ "$output" == *"! route"*"is kept as it is by Argo CD (edge), which would set the weights back"* ]]
}

@test "what would not be in the canary is listed" {
  run -0 plan_of v3 --set autoscaling.enabled=true
  echo "$output"
  [[ "$output" == *"not in shop-canary"*"HorizontalPodAutoscaler shop-canary-demo: the canary's pods follow its weight"* ]]
}

@test "a hook that is no test needs a decision" {
  cp -r "$root/helm/demo" "$BATS_TEST_TMPDIR/hooked"
  cat >"$BATS_TEST_TMPDIR/hooked/templates/migrate.yaml" <<'YAML'
apiVersion: batch/v1
kind: Job
metadata: {name: {{ .Release.Name }}-migrate, annotations: {helm.sh/hook: pre-upgrade}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: leadsman/demo:v1}]}}}
YAML
  sed -i "s|chart: .*|chart: $BATS_TEST_TMPDIR/hooked|" "$spec"
  refused_for "the hook Job shop-canary-migrate would run for the canary too; say with hooks: run-in-canary or at-promotion"
  sed -i 's|^      settle|      hooks: at-promotion\n&|' "$spec"
  run -0 plan_of v3
  [[ "$output" == *"this hook runs when stable is upgraded"* ]]
}

@test "names and selectors that lack the release's name" {
  run -4 plan_of v3 --set fullnameOverride=shop
  echo "$output"
  [[ "$output" == *"Deployment shop would be in both releases: the chart does not put the release's name into it"* ]]
  nothing_happened
}

# bad_input EXIT LINE TEXT…: a line below canary:, and what is said.
bad_input() {
  local code=$1 line=$2 text
  shift 2
  canary_spec "$spec" "$line"
  run plan_of v3
  echo "$line: exit $status: $output"
  ((status == code))
  for text in "$@"; do [[ "$output" == *"$text"* ]]; done
}

@test "bad words in leadsman.yaml: one error each, at its place" {
  bad_input 2 'steps: [50, 20]' "steps[1]" "20 % comes after 50 %"
  bad_input 2 'steps: [20, 20]' "steps[1]" "20 % comes after 20 %"
  bad_input 2 'steps: [50, 120]' "steps[1]" "120" "100"
  bad_input 2 'pause: 5' "pause" "5"
  bad_input 2 'pause: "5"' "pause" "'5'"
  bad_input 2 'gates: [helm-tset]' "gates[0]" "helm-tset" "helm-test"
  bad_input 2 'on-aborted: keep' "on-aborted" "on-abort"
  bad_input 2 'replicas: many' "replicas" "many"
  nothing_happened
}

# a_route NAME RULES
a_route() {
  "$kubectl" -n plan apply -f - >/dev/null <<YAML
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: $1}
spec:
  parentRefs: [{namespace: gateway, name: edge}]
  hostnames: [$1.plan.test]
  rules: $2
YAML
}

routed_by() { sed -i "s/route: [a-z-]*,/route: $1,/" "$spec"; }

@test "a router without its object, or with one that it cannot use" {
  routed_by shpo
  refused_for "router gateway-api: there is no HTTPRoute plan/shpo"
  a_route two-rules '[{backendRefs: [{name: shop-demo, port: 80}]}, {matches: [{path: {value: /api}}], backendRefs: [{name: shop-demo, port: 80}]}]'
  routed_by two-rules
  refused_for "several rules of HTTPRoute plan/two-rules lead to the Service shop-demo: rule 0, rule 1; say which one with \`rule\`"
  a_route shared '[{backendRefs: [{name: shop-demo, port: 80, weight: 60}, {name: other, port: 80, weight: 30}]}]'
  routed_by shared
  refused_for "rule 0 of HTTPRoute plan/shared leads to other as well; a canary needs one that leads to shop-demo alone"
  a_route elsewhere '[{backendRefs: [{name: other, port: 80}]}]'
  routed_by elsewhere
  refused_for "no rule of HTTPRoute plan/elsewhere leads to the Service shop-demo; its rules lead to other"
}

@test "a name that is too long for a canary beside it" {
  local long
  long=$(printf 'a%.0s' {1..47})
  sed -i "s/^  shop:/  $long:/" "$spec"
  run -2 leadsman plan "$long" --file "$spec" --agent "$agent"
  echo "$output"
  [[ "$output" == *"has 47 characters; for a canary, which is a release named $long-canary, at most 46 are allowed"* ]]
}

@test "a router, or a source of metrics, that the agent does not have" {
  sed -i 's/gateway-api:/gateway-apy:/' "$spec"
  refused_for "this agent has no router 'gateway-apy'; it has gateway-api, prometheus"
  measured_spec '{metric: {name: m, query: "1", max: 1}}'
  sed -i 's/prometheus:/promethoos:/' "$spec"
  refused_for "this agent has no source of metrics 'promethoos'; it has the plugins gateway-api, prometheus"
}

# broken_plugin KIND: registers the plugin "broken", whose program nobody may execute, with an agent of the test's own.
broken_plugin() {
  local folder=$BATS_TEST_TMPDIR/broken digest file
  mkdir -p "$folder"
  printf '{"name": "broken", "version": "1", "protocol": 1, "kinds": ["%s"], "program": "run"}' "$1" >"$folder/plugin.json"
  printf '#!/bin/sh\n' >"$folder/run"
  chmod 644 "$folder"/*
  digest=$(for file in plugin.json run; do printf '%s - %s\n' "$(sha256sum "$folder/$file" | cut -d' ' -f1)" "$file"; done | sha256sum | cut -d' ' -f1)
  start_agent "$BATS_TEST_TMPDIR/agent" "plugins: [{name: broken, folder: $folder, digest: $digest}]"
}

@test "a plugin that is not executable" {
  local of_the_suite=$agent_pid
  broken_plugin router
  sed -i 's/gateway-api:/broken:/' "$spec"
  refused_for "router broken: the plugin broken cannot be started"
  stop_agent
  rm -rf "$BATS_TEST_TMPDIR"/{agent,broken}
  broken_plugin metric
  measured_spec '{metric: {name: m, query: "1", max: 1}}'
  sed -i 's/prometheus:/broken:/' "$spec"
  refused_for "the plugin broken cannot be started"
  stop_agent
  agent_pid=$of_the_suite
}

@test "a promotion by a key that may not, and of a rollout that has ended" {
  local of_the_suite=$agent_pid reader port folder=$BATS_TEST_TMPDIR/keyed
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  mkdir -p "$folder"
  reader=$(leadsman key generate --out "$folder/key" | sed -n 's|.*public-key: ||p')
  canary_spec "$spec" 'steps: [{weight: 10, pause: until-promoted}, 100]'
  start_agent "$folder" "access:
  keys: [{name: reader, public-key: \"$reader\", may: [read], releases: [plan/*]}]" "127.0.0.1:$port"
  canary v3 --agent "$agent" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
  job=$!
  wait_for 60 "the pause" grep -q 'leadsman promote' "$BATS_TEST_TMPDIR/log"
  id=$(grep -o 'leadsman promote [0-9a-f-]*' "$BATS_TEST_TMPDIR/log" | head -n 1 | cut -d' ' -f3)
  run -4 leadsman promote "$id" --agent "http://127.0.0.1:$port" --key "$folder/key"
  echo "$output"
  [[ "$output" == *"may not promote"* ]]
  [[ "$(route_weights)" == '{"shop-demo":90,"shop-canary-demo":10}' ]]
  leadsman abort "$id" --agent "$agent" --reason 'enough seen'
  leadsman follow "$id" --agent "$agent" >/dev/null || true
  wait "$job" || true
  # Until it has ended, it says that there is no weight left.
  says_that_it_ended() { [[ "$(leadsman promote "$id" --agent "$agent" 2>&1)" == *"has ended already"* ]]; }
  wait_for 60 "the end of the deployment" says_that_it_ended
  run -4 leadsman promote "$id" --agent "$agent"
  nothing_happened
  stop_agent
  agent_pid=$of_the_suite
}

# A workflow on pull requests, run by act, and a GitHub that takes comments.
@test "on a pull request the action writes the plan into the summary and into one comment" {
  local work=$BATS_FILE_TMPDIR/pr github=$BATS_TEST_TMPDIR/github github_pid status=0
  make_repository pr plan
  cp "$spec" "$work/leadsman.yaml"
  mkdir -p "$github"
  "$root/tests/support/fake_github.py" "$github" >/dev/null 2>&1 3>&- &
  github_pid=$!
  wait_for 10 "the fake GitHub" test -s "$github/port"
  cat >"$work/.github/workflows/plan.yml" <<'YAML'
name: plan
on: pull_request
permissions: {contents: read, pull-requests: write}
jobs:
  plan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./leadsman-action
        id: plan
        with:
          command: plan
          agent: ${{ vars.AGENT }}
          path: ${{ vars.PROGRAMS }}
          set: image.tag=${{ vars.TAG }}
          comment: true
          github-token: ${{ secrets.TOKEN }}
      - if: always()
        env: {FILE: "${{ steps.plan.outputs.summary-file }}", FOLDER: "${{ vars.RESULTS }}"}
        run: cp "$FILE" "$FOLDER/summary.md"
YAML
  echo '{"pull_request": {"number": 12, "head": {"ref": "next"}, "base": {"ref": "main"}}}' >"$BATS_TEST_TMPDIR/event.json"
  act_words pr 4001 1 ''
  for tag in v3 v1; do
    log=$BATS_TEST_TMPDIR/log.$tag
    status=0
    env -u KUBECONFIG "XDG_CACHE_HOME=$BATS_FILE_TMPDIR/cache.pr" "$("$root/scripts/tool-path" act)" --directory "$work" -P ubuntu-latest=-self-hosted \
      pull_request -W .github/workflows/plan.yml -e "$BATS_TEST_TMPDIR/event.json" --var "PROGRAMS=$LEADSMAN_BIN" --var "RESULTS=$results" --var "AGENT=$agent" --var "TAG=$tag" \
      -s TOKEN=gh-token --env GITHUB_REPOSITORY=acme/shop --env "GITHUB_API_URL=http://127.0.0.1:$(cat "$github/port")" </dev/null 3>&- >"$log" 2>&1 || status=$?
    [ "$status" -eq 0 ]
  done
  kill "$github_pid"
  [ "$(jq length "$github/comments.json")" -eq 1 ]
  jq -r '.[0].body' "$github/comments.json" | tee "$BATS_TEST_TMPDIR/comment.md"
  grep -q '^## .* Plan for shop' "$BATS_TEST_TMPDIR/comment.md"
  grep -q 'image: leadsman/demo:v1' "$BATS_TEST_TMPDIR/comment.md"
  run ! grep -q 'image: leadsman/demo:v3' "$BATS_TEST_TMPDIR/comment.md"
  grep -q '^<details><summary>Changes: [0-9]* to change' "$results/summary.md"
  nothing_happened
}
