#!/usr/bin/env bats
# The main job, from the first installation to a proved rollback, with an embedded agent. The tests build on each other.

load helper

setup_file() {
  need_cluster
  fresh_namespace e2e-rolling
}

setup() {
  need_cluster
  namespace=e2e-rolling
}

@test "a first installation is deployed, tested and verified" {
  run deploy shop v1
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *"tests passed"* ]]
  # A controller that has not seen its workload yet gives no figures.
  [[ $output != *"0/0 ready"* ]]
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
  [ "$(helm_status shop)" = deployed ]
  run leadsman history shop --namespace "$namespace"
  echo "$output"
  [[ $output == *verified* ]]
}

@test "an upgrade streams its tests, pods and jobs alike" {
  run deploy shop v2 --output json
  [ "$status" -eq 0 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
  jq -s -e '[.[] | select(.kind == "log") | .data.test] | unique | length == 2' <<<"$output"
  jq -s -e '[.[] | select(.kind == "workload" and .data.name == "shop-demo")] | length >= 2' <<<"$output"
  jq -s -e '.[-1].data.phase == "succeeded" and .[-1].data.revision == 2 and .[-1].data.previous_revision == 1' <<<"$output"
  # Numbered from 1 without a gap.
  jq -s -e '[.[].seq] == [range(1; length + 1)]' <<<"$output"
}

@test "nothing to change is said so and starts no helm" {
  run deploy shop v2 --output json
  [ "$status" -eq 0 ]
  jq -s -e '.[-1].data.reason == "NoChange"' <<<"$output"
  [ "$("$LEADSMAN_HELM" -n "$namespace" history shop -o json | jq length)" -eq 2 ]
}

@test "a drifted object is not NoChange, and is set right" {
  "$kubectl" -n "$namespace" set image deploy/shop-demo demo=leadsman/demo:v1
  run deploy shop v2 --force-conflicts --output json
  [ "$status" -eq 0 ]
  jq -s -e '.[-1].data.reason == "Deployed"' <<<"$output"
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

@test "an image that cannot be pulled: why, rolled back, proved" {
  run deploy shop no-such-tag --output json
  [ "$status" -eq 1 ]
  jq -s -e '.[-1].data | .phase == "rolled_back" and .reason == "NotReady" and .rollback == "succeeded"' <<<"$output"
  jq -s -e '[.[] | select(.kind == "evidence")][0].message | test("no-such-tag")' <<<"$output"
  jq -s -e '[.[] | select(.kind == "proof")][0].data | .ok and ([.checks[].what] | contains(["image", "replicas", "endpoints", "tests"]))' <<<"$output"
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
  [ "$(helm_status shop)" = deployed ]
}

# bats test_tags=long
@test "a program that is not in the image: known long before the time is over, rolled back" {
  cp -r "$root/helm/demo" "$BATS_TEST_TMPDIR/chart"
  sed -i 's|^          envFrom:|          command: [/no/such/program]\n&|' "$BATS_TEST_TMPDIR/chart/templates/deployment.yaml"
  run leadsman deploy shop --chart "$BATS_TEST_TMPDIR/chart" --namespace "$namespace" --timeout 8m --output json \
    --set image.tag=v3 --set replicaCount=1 --set preStopSeconds=0
  [ "$status" -eq 1 ]
  jq -s -e '.[-1].data | .phase == "rolled_back" and .reason == "NotReady" and .rollback == "succeeded"' <<<"$output"
  jq -s '[.[] | select(.kind == "step" and .data.step == "upgrade")][-1]' <<<"$output" >"$BATS_TEST_TMPDIR/upgrade"
  cat "$BATS_TEST_TMPDIR/upgrade"
  jq -e '.message | test("container demo cannot be started: .*/no/such/program")' "$BATS_TEST_TMPDIR/upgrade"
  jq -e '.data.duration_ms < 240000' "$BATS_TEST_TMPDIR/upgrade"
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

@test "a failing test: its log is shown, rolled back, proved" {
  run deploy shop v3 --set tests.fail=true
  echo "$output"
  [ "$status" -eq 1 ]
  [[ $output == *TestsFailed* || $output == *"tests passed; failed"* ]]
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

# bats test_tags=long
@test "a failure that is to be kept is kept, and says how to go back" {
  run deploy shop v3 --set tests.fail=true --on-failure keep
  echo "$output"
  [ "$status" -eq 7 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
  run leadsman rollback --release shop --namespace "$namespace" --reason "prices are wrong"
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
}

# bats test_tags=long
@test "a first installation that fails is removed after its evidence is told" {
  run deploy broken v1 --set demo.crash=at-once --output json
  [ "$status" -eq 1 ]
  jq -s -e '[.[] | select(.kind == "evidence")][0].message | length > 0' <<<"$output"
  jq -s -e '.[-1].data.phase == "rolled_back"' <<<"$output"
  [ -z "$("$LEADSMAN_HELM" -n "$namespace" list -q --filter '^broken$')" ]
}

# bats test_tags=long
@test "a first installation that fails is kept when that was chosen" {
  run deploy stays v1 --set demo.crash=at-once --on-first-failure keep
  [ "$status" -eq 7 ]
  [ "$("$LEADSMAN_HELM" -n "$namespace" list -q --filter '^stays$')" = stays ]
  "$LEADSMAN_HELM" -n "$namespace" uninstall stays
}

@test "a chart without tests means what the user said" {
  run deploy quiet v1 --set tests.enabled=false --on-first-failure keep --output json
  [ "$status" -eq 7 ]
  jq -s -e '.[-1].data.reason == "TestsMissing"' <<<"$output"
  run deploy quiet v1 --set tests.enabled=false --tests allow-missing
  [ "$status" -eq 0 ]
}

# bats test_tags=long
@test "a release made by helm is adopted, and so there is a way back" {
  "$LEADSMAN_HELM" -n "$namespace" upgrade --install foreign "$root/helm/demo" --set image.tag=v1 --set replicaCount=1 --wait --timeout 60s
  timeout=15s run deploy foreign v2 --set demo.neverReady=true --output json
  [ "$status" -eq 1 ]
  jq -s -e '[.[].message | select(test("adopted, never tested by Leadsman"))] | length > 0' <<<"$output"
  jq -s -e '.[-1].data.phase == "rolled_back"' <<<"$output"
  [ "$(live_image foreign-demo)" = leadsman/demo:v1 ]
}

@test "the proof fails where helm says success and the cluster is wrong" {
  # Somebody keeps taking the endpoints away once the way back begins: helm's rollback succeeds all the same.
  local told=$BATS_TEST_TMPDIR/events
  (
    wait_for 60 "the rollback" grep -q '"step":"rollback"' "$told"
    while "$kubectl" -n "$namespace" patch service shop-demo -p '{"spec":{"selector":{"nobody":"here"}}}'; do sleep 0.1; done
  ) >/dev/null 2>&1 3>&- &
  local saboteur=$!
  status=0
  deploy shop v3 --set tests.fail=true --output json >"$told" || status=$?
  kill "$saboteur"
  wait "$saboteur" || true
  output=$(<"$told")
  [ "$status" -eq 8 ]
  jq -s -e '.[-1].data | .phase == "failed" and .rollback == "failed" and .reason == "ProofFailed"' <<<"$output"
  jq -s -e '[.[] | select(.kind == "proof")][0].data.checks[] | select(.what == "endpoints" and .ok == false)' <<<"$output"
  "$kubectl" -n "$namespace" patch service shop-demo --type=json -p '[{"op":"remove","path":"/spec/selector/nobody"}]'
}
