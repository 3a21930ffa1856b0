#!/usr/bin/env bats
# Kills at random moments, a few of them; LEADSMAN_KILLS=200 for a night.

load helper

setup_file() {
  need_cluster
  fresh_namespace e2e-kills
}

@test "whenever the agent is killed, the deployment ends as it should" {
  need_cluster
  LEADSMAN_KUBECTL=$kubectl LEADSMAN_BIN=$LEADSMAN_BIN LEADSMAN_KILLS=${LEADSMAN_KILLS:-20} \
    run python3 "$BATS_TEST_DIRNAME/random_kills.py" e2e-kills "$BATS_TEST_TMPDIR/agent"
  echo "$output"
  [ "$status" -eq 0 ]
}
