#!/usr/bin/env bats
# Kills at random moments, a few of them; LEADSMAN_KILLS=200 for a night.

load helper
load gateway.bash

setup_file() {
  need_cluster
  fresh_namespace e2e-kills
}

@test "whenever the agent is killed, the deployment ends as it should" {
  need_cluster
  LEADSMAN_KUBECTL=$kubectl LEADSMAN_BIN=$LEADSMAN_BIN LEADSMAN_KILLS=${LEADSMAN_KILLS:-20} \
    run python3 -B "$BATS_TEST_DIRNAME/random_kills.py" e2e-kills "$BATS_TEST_TMPDIR/agent"
  echo "$output"
  [ "$status" -eq 0 ]
}

# The first deployment is made here: a route leads to what is there.
# bats test_tags=long
@test "whenever the agent is killed, a canary ends as it should, and no request fails" {
  need_gateway
  fresh_namespace e2e-canary-kills
  leadsman deploy random --chart "$root/helm/demo" --namespace e2e-canary-kills --set image.tag=v1 --set replicaCount=1 \
    --set tests.enabled=false --tests skip
  make_route e2e-canary-kills random random-demo kills.test
  start_traffic kills kills.test --rate 100
  LEADSMAN_KUBECTL=$kubectl LEADSMAN_BIN=$LEADSMAN_BIN LEADSMAN_KILLS=${LEADSMAN_KILLS:-10} \
    run python3 -B "$BATS_TEST_DIRNAME/random_kills.py" e2e-canary-kills "$BATS_TEST_TMPDIR/agent" canary
  stop_traffic kills
  echo "$output"
  [ "$status" -eq 0 ]
  nothing_failed "$report" 500
}

teardown() { end_traffic; }
