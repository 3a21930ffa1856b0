#!/usr/bin/env bats
# Whole deliveries against an agent that plays a script: exit codes, output, signals, embedded mode.

load helper
setup() { setup_workplace; }
teardown() { teardown_workplace; }

@test "a delivery that succeeds ends with 0, and every request is signed" {
  start_agent
  run "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key
  [ "$status" -eq 0 ]
  [[ "$output" == *"shop (namespace shop) was deployed"* ]]
  [[ "$output" != *$'\x1b'* ]]
  run grep -E '^(GET|POST|PUT|HEAD)' diary
  [ "$(grep -c signed <<<"$output")" -eq "$(wc -l <<<"$output")" ]
}

@test "a delivery that was rolled back ends with 1 and says why and what to do" {
  export FAKE_STORY=rolled_back
  start_agent
  run "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key
  [ "$status" -eq 1 ]
  [[ "$output" == *"Why "*"the image does not exist"*"Next "*"push the image"* ]]
}

@test "a failed way back has an exit code of its own" {
  export FAKE_STORY=rollback_failed
  start_agent
  run "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key
  [ "$status" -eq 8 ]
  [[ "$output" == *"THE WAY BACK FAILED TOO"* ]]
}

@test "a conflict is refused with 4" {
  export FAKE_STORY=conflict
  start_agent
  run "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key
  [ "$status" -eq 4 ]
}

@test "a chart that the agent forgot after it was asked for it is uploaded again" {
  export FAKE_STORY=forgets
  start_agent
  run "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key
  [ "$status" -eq 0 ]
  run awk '/^(POST|PUT|HEAD) / { print $1 }' diary
  [ "$(tr '\n' ' ' <<<"$output")" = "HEAD POST HEAD PUT POST " ]
}

@test "a chart by reference is fetched by the agent, and again when it forgot it; nothing is uploaded" {
  export FAKE_STORY=forgets
  start_agent
  run "$LEADSMAN" deploy shop --chart oci://h/shop:1.2.3 --namespace shop --agent "$AGENT" --key key
  [ "$status" -eq 0 ]
  [[ "$output" == *"chart shop 1.2.3 fetched from oci://h/shop, sha256:bbbb"* ]]
  [ "$(grep -c 'asked for {"chart":"oci://h/shop:1.2.3"}' diary)" -eq 2 ]
  run awk '/^(POST|PUT|HEAD) / { print $1 $2 }' diary
  [ "$(tr '\n' ' ' <<<"$output")" = "POST/v1/charts POST/v1/deployments POST/v1/charts POST/v1/deployments " ]
}

@test "attached to a known deployment: says so and replays it" {
  export FAKE_STORY=attached
  start_agent
  run "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key
  [ "$status" -eq 0 ]
  [[ "$output" == *"attached to deployment 0193f0c2-"*"(started by run 7 attempt 1)"* ]]
  [[ "$output" == *"was deployed"* ]]
}

@test "--output json gives one event a line, as in the stream" {
  start_agent
  "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key --output json >events
  python3 -c 'import json,sys
events=[json.loads(l) for l in open("events")]
assert [e["seq"] for e in events] == list(range(1, len(events)+1))
assert events[-1]["kind"] == "finished"'
}

@test "SIGINT asks the agent to stop, says what it answered, and leaves within 6 seconds" {
  export FAKE_STORY=hangs FAKE_ON_CANCEL=hangs
  start_agent
  "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  begun=$(milliseconds)
  kill -INT "$pid"
  code=0; wait "$pid" || code=$?
  took=$(($(milliseconds) - begun))
  [ "$code" -eq 130 ]
  [ "$took" -ge 5500 ] && [ "$took" -lt 7000 ]
  grep -q 'asked the agent to roll back; it goes on without this job; follow with: leadsman follow 0193f0c2' log
  grep -q '^cancel ' diary
}

@test "the runner's ladder: SIGINT, SIGTERM 7.5 s later finds nobody" {
  export FAKE_STORY=hangs FAKE_ON_CANCEL=hangs
  start_agent
  "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  kill -INT "$pid"
  sleep 7.5
  refute kill -TERM "$pid"
}

@test "SIGTERM alone asks the agent to stop and leaves at once" {
  export FAKE_STORY=hangs FAKE_ON_CANCEL=hangs
  start_agent
  "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  begun=$(milliseconds)
  kill -TERM "$pid"
  code=0; wait "$pid" || code=$?
  [ "$code" -eq 130 ]
  [ $(($(milliseconds) - begun)) -lt 1500 ]
  grep -q '^cancel ' diary
}

@test "a deployment that ends while the client is leaving gives its own exit code" {
  export FAKE_STORY=hangs
  start_agent
  "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  kill -INT "$pid"
  code=0; wait "$pid" || code=$?
  [ "$code" -eq 6 ]
}

@test "follow never cancels" {
  export FAKE_STORY=hangs
  start_agent
  "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key --patience 1s >first 2>&1 3>&- &
  first=$!
  wait_for grep -q '1/3 ready' first
  : >diary
  "$LEADSMAN" follow 0193f0c2-0000-7000-8000-000000000001 --agent "$AGENT" --key key >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  kill -INT "$pid"
  code=0; wait "$pid" || code=$?
  [ "$code" -eq 130 ]
  refute grep -q cancel diary
  kill -KILL "$first" 2>/dev/null || true
}

@test "an agent that dies in the middle is unreachable after the patience, and says how to follow later" {
  export FAKE_STORY=hangs
  start_agent
  "$LEADSMAN" "${DEPLOY[@]}" --agent "$AGENT" --key key --patience 1s >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  kill -KILL "$AGENT_PID"
  code=0; wait "$pid" || code=$?
  [ "$code" -eq 5 ]
  grep -q 'leadsman follow 0193f0c2' log
}

embedded() {
  printf 'apiVersion: v1\nclusters: []\nusers: [{name: u, user: {token: sentinel-token}}]\n' >kubeconfig
  export LEADSMAN_AGENT_BINARY="$FAKE_AGENT"
}

@test "embedded: starts an agent of its own, ends it, and leaves nothing behind" {
  embedded
  run "$LEADSMAN" "${DEPLOY[@]}" --kubeconfig kubeconfig --context c --helm /opt/helm
  [ "$status" -eq 0 ]
  grep -q '^started --embedded --socket .*/agent.sock --state .*/state --kubeconfig /.*/kubeconfig --context c --helm /opt/helm$' diary
  grep -q '^ended$' diary
  [ -z "$(find "$WORK" -maxdepth 1 -name 'leadsman-*')" ]
}

@test "embedded: state that was asked for is kept" {
  embedded
  run "$LEADSMAN" "${DEPLOY[@]}" --kubeconfig kubeconfig --state kept
  [ "$status" -eq 0 ]
  [ -d kept ] && [ "$(stat -c %a kept)" = 700 ]
}

@test "embedded: a base64 kubeconfig becomes a private file, and no credential reaches the agent's environment" {
  embedded
  KUBE_CONFIG_B64="$(base64 -w0 kubeconfig)" LEADSMAN_KEY=x INPUT_KEY=y run "$LEADSMAN" "${DEPLOY[@]}"
  [ "$status" -eq 0 ]
  grep -qE '^started .* --kubeconfig .*/leadsman-[^/]*/kubeconfig$' diary
  refute grep -qE '^environment.*(KUBE_CONFIG_B64|LEADSMAN_KEY|INPUT_KEY)' diary
}

@test "embedded: SIGINT waits for the way back" {
  embedded
  export FAKE_STORY=hangs
  "$LEADSMAN" "${DEPLOY[@]}" --kubeconfig kubeconfig >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  kill -INT "$pid"
  code=0; wait "$pid" || code=$?
  [ "$code" -eq 6 ]
  [ "$(tail -n 2 diary)" = $'SIGTERM\nended' ]
}

@test "embedded: SIGTERM ends the agent and waits for it" {
  embedded
  export FAKE_STORY=hangs FAKE_ON_CANCEL=hangs FAKE_STOP=1
  "$LEADSMAN" "${DEPLOY[@]}" --kubeconfig kubeconfig >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  kill -TERM "$pid"
  code=0; wait "$pid" || code=$?
  [ "$code" -eq 130 ]
  [ "$(tail -n 1 diary)" = ended ]
}

@test "embedded: when the client is killed its agent is told to end" {
  embedded
  export FAKE_STORY=hangs
  "$LEADSMAN" "${DEPLOY[@]}" --kubeconfig kubeconfig >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  kill -KILL "$pid"
  wait_for grep -q '^ended$' diary
}

@test "embedded: an agent that does not start is unreachable, with the end of its log" {
  embedded
  printf '#!/bin/sh\necho "cannot open the database" >&2\nexit 3\n' >broken
  chmod +x broken
  LEADSMAN_AGENT_BINARY="$WORK/broken" run "$LEADSMAN" "${DEPLOY[@]}" --kubeconfig kubeconfig
  [ "$status" -eq 5 ]
  [[ "$output" == *"exit code 3"*"cannot open the database"* ]]
}
