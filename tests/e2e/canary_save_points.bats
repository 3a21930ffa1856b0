#!/usr/bin/env bats
# kill -9 of the agent at every place where it saves something of a canary, and of one that is brought home; under traffic.
# bats file_tags=long

load helper
load gateway.bash

setup_file() {
  need_prometheus
  fresh_namespace e2e-save-points
}

@test "wherever the agent saves and is killed, a canary ends as it should, and no request fails" {
  need_prometheus
  leadsman deploy random --chart "$root/helm/demo" --namespace e2e-save-points --set image.tag=v1 --set replicaCount=1 \
    --set tests.enabled=false --tests skip
  make_route e2e-save-points random random-demo points.test
  start_traffic points points.test --rate 100
  LEADSMAN_KUBECTL=$kubectl LEADSMAN_BIN=$LEADSMAN_BIN \
    run python3 -B "$BATS_TEST_DIRNAME/save_points.py" e2e-save-points "$BATS_TEST_TMPDIR/agent" canary
  stop_traffic points
  echo "$output"
  [ "$status" -eq 0 ]
  nothing_failed "$report" 500
}

teardown() { end_traffic; }

teardown_file() { "$kubectl" delete namespace e2e-save-points --wait=false --ignore-not-found >/dev/null; }
