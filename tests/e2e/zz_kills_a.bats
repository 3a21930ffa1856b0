#!/usr/bin/env bats
# Kills at random moments, a few of them; LEADSMAN_KILLS=200 for a night.

load helper
load gateway.bash

setup_file() {
  need_cluster
  true
}


# The first deployment is made here: a route leads to what is there.
@test "whenever the agent is killed, a canary ends as it should, and no request fails" {
  need_gateway
  fresh_namespace kills-a
  leadsman deploy random --chart "$root/helm/demo" --namespace kills-a --set image.tag=v1 --set replicaCount=1 \
    --set tests.enabled=false --tests skip
  make_route kills-a random random-demo kills-a.test
  start_traffic kills kills-a.test --rate 100
  LEADSMAN_KUBECTL=$kubectl LEADSMAN_BIN=$LEADSMAN_BIN LEADSMAN_KILLS=${LEADSMAN_KILLS:-10} \
    run python3 "$BATS_TEST_DIRNAME/random_kills.py" kills-a "$BATS_TEST_TMPDIR/agent" canary
  stop_traffic kills
  echo "$output"
  [ "$status" -eq 0 ]
  nothing_failed "$report" 500
}

teardown() { end_traffic; }
