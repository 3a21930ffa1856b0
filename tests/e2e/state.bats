#!/usr/bin/env bats
# What the agent keeps in its folder, what it lets go, and what it takes of the system.

load helper

setup() {
  need_cluster
  folder=$BATS_TEST_TMPDIR/agent
}

teardown() { stop_agent -KILL; }

in_database() {
  python3 - "$folder/state/leadsman.db" "$1" <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db:
    print(*[row[0] for row in db.execute(sys.argv[2])])
PYTHON
}

@test "what nobody needs any more is forgotten when the agent starts" {
  start_agent "$folder"
  stop_agent
  in_database "INSERT INTO nonce (key_id, nonce, expires_at) VALUES ('ci', 'old', 1), ('ci', 'fresh', 4102444800000)"
  [ "$(in_database "SELECT count(*) FROM nonce")" = 2 ]
  LEADSMAN_LOG_LEVEL=debug start_agent "$folder"
  wait_for 10 "the agent to forget" grep -q 'forgotten:' "$folder/agent.log"
  stop_agent
  [ "$(in_database "SELECT nonce FROM nonce")" = fresh ]
}

@test "how long things are remembered stands in the configuration, and is checked" {
  start_agent "$folder"
  stop_agent
  echo 'retention: {days: 7, keep-per-release: 3}' >>"$folder/agent.yaml"
  run "$LEADSMAN_BIN/leadsman-agent" --config "$folder/agent.yaml" --check-config
  [ "$status" -eq 0 ]
  sed 's/days: 7/days: 0/' "$folder/agent.yaml" >"$folder/wrong.yaml"
  run "$LEADSMAN_BIN/leadsman-agent" --config "$folder/wrong.yaml" --check-config
  echo "$output"
  [ "$status" -eq 2 ]
  [[ $output == *wrong.yaml:6*retention.days*3650* ]]
}

limit_of() { awk '/^Max open files/ { print $4, $5 }' "/proc/$1/limits"; }

@test "a low limit of open descriptors is raised as far as it goes" {
  ulimit -Sn 256
  start_agent "$folder"
  [ "$(limit_of "$BASHPID" | cut -d ' ' -f 1)" = 256 ]
  [ "$(limit_of "$agent_pid" | cut -d ' ' -f 1)" = "$(limit_of "$BASHPID" | cut -d ' ' -f 2)" ]
}
