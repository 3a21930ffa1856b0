#!/usr/bin/env bats
# What the agent keeps in its folder, and what it lets go.

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
