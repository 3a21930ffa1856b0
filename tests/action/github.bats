#!/usr/bin/env bats
# `leadsman action`, as action.yml runs it.

load helper

setup() {
  setup_workplace
  export GITHUB_ACTIONS=true GITHUB_REPOSITORY=acme/shop GITHUB_RUN_ID=7 GITHUB_RUN_ATTEMPT=1 GITHUB_JOB=deploy
  export GITHUB_WORKSPACE="$WORK" GITHUB_OUTPUT="$WORK/output" GITHUB_STEP_SUMMARY="$WORK/summary" RUNNER_TEMP="$WORK"
  export INPUT_RELEASE=shop INPUT_CHART=chart INPUT_NAMESPACE=shop
}

teardown() { teardown_workplace; }

# The step of action.yml itself, run as a runner runs it: with the shell that it names.
prepare_step() {
  python3 - "$BATS_TEST_DIRNAME/../../action.yml" >step.sh <<'PYTHON'
import re, sys
text = open(sys.argv[1]).read()
script = text[text.index("      run: |\n") + len("      run: |\n"):]
print("\n".join(line[8:] for line in script.split("\n")))
PYTHON
  shell="$(sed -n 's/^ *shell: //p' "$BATS_TEST_DIRNAME/../../action.yml")"
  read -ra SHELL_WORDS <<<"${shell/\{0\}/step.sh}"
}

run_step() {
  prepare_step
  run "${SHELL_WORDS[@]}"
}

@test "the step hands over, groups, and writes outputs and summary" {
  start_agent
  export INPUT_AGENT="$AGENT" INPUT_PATH
  INPUT_KEY="$(cat key)"
  export INPUT_KEY
  INPUT_PATH="$(dirname "$LEADSMAN")"
  run_step
  [ "$status" -eq 0 ]
  [[ "$output" == *"::group::helm test"*"::endgroup::"* ]]
  grep -q '^phase<<ghadelimiter_' output
  grep -q '^succeeded$' output
  grep -q '| helm test | ✅ |' summary
  file="$(sed -n '/^summary-file<</{n;p}' output)"
  cmp "$file" summary
}

@test "the key is masked before anything else is said" {
  start_agent
  INPUT_AGENT="$AGENT" INPUT_KEY="$(cat key)" run "$LEADSMAN" action
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "::add-mask::$(cat key)" ]
  [ "$(grep -c 'ed25519-secret' <<<"$output")" -eq 1 ]
  refute grep -q ed25519-secret output summary
}

@test "what a test says is no command" {
  start_agent
  INPUT_AGENT="$AGENT" INPUT_KEY="$(cat key)" run "$LEADSMAN" action
  [[ "$output" == *"::stop-commands::"*"│ ::error::not a command"* ]]
  refute grep -qE '^ *::error::not a command' <<<"$output"
}

@test "a fault in leadsman.yaml is annotated at its line" {
  printf 'releases:\n  shop:\n    chrat: chart\n' >leadsman.yaml
  unset INPUT_CHART
  run "$LEADSMAN" action
  [ "$status" -eq 2 ]
  [[ "$output" == *"::error file=leadsman.yaml,line=3,title=Leadsman::"* ]]
  grep -q 'Nothing was handed over' summary
}

@test "a wrong input is named" {
  INPUT_COMMAND=delpoy run "$LEADSMAN" action
  [ "$status" -eq 2 ]
  [[ "$output" == *"::error title=Leadsman::command: 'delpoy' is not a command"* ]]
}

@test "a failure is annotated, and its outputs say how it ended" {
  export FAKE_STORY=rolled_back
  start_agent
  INPUT_AGENT="$AGENT" INPUT_KEY="$(cat key)" run "$LEADSMAN" action
  [ "$status" -eq 1 ]
  [[ "$output" == *"::error title=Leadsman%3A NotReady::"*"the image does not exist"* ]]
  grep -q '^rolled_back$' output
}

@test "a canceled job: the id of the deployment is known to later steps, and the summary is written" {
  export FAKE_STORY=hangs FAKE_ON_CANCEL=hangs
  start_agent
  INPUT_AGENT="$AGENT" INPUT_KEY="$(cat key)" "$LEADSMAN" action >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  grep -q '^0193f0c2-0000-7000-8000-000000000001$' output
  kill -INT "$pid"
  code=0; wait "$pid" || code=$?
  [ "$code" -eq 130 ]
  grep -q 'asked the agent to roll back' summary
}

@test "settle asks the agent to stop and follows to the end" {
  export FAKE_STORY=hangs
  start_agent
  INPUT_AGENT="$AGENT" INPUT_KEY="$(cat key)" "$LEADSMAN" action >log 2>&1 3>&- &
  pid=$!
  wait_for grep -q '1/3 ready' log
  kill -KILL "$pid"
  INPUT_AGENT="$AGENT" INPUT_KEY="$(cat key)" INPUT_COMMAND=settle \
    INPUT_DEPLOYMENT=0193f0c2-0000-7000-8000-000000000001 run "$LEADSMAN" action
  [ "$status" -eq 6 ]
  grep -q '^cancel ' diary
}

@test "secrets of a kubeconfig are masked and shown nowhere" {
  printf 'apiVersion: v1\nclusters: []\nusers: [{name: u, user: {token: sentinel-token}}]\n' >kc
  INPUT_KUBECONFIG="$(base64 -w0 kc)" LEADSMAN_AGENT_BINARY="$FAKE_AGENT" run "$LEADSMAN" action
  [ "$status" -eq 0 ]
  [[ "$output" == *"::add-mask::sentinel-token"* ]]
  [ "$(grep -c sentinel-token <<<"$output")" -eq 1 ]
  refute grep -q sentinel-token output summary diary
}

@test "the step says what to do when there is no leadsman" {
  export INPUT_PATH="$WORK/nowhere"
  run_step
  [ "$status" -eq 2 ]
  [[ "$output" == *"::error title=Leadsman::"*"path"* ]]
}

@test "functions of the environment cannot stand in for what the step runs" {
  echo 'echo hijacked' >env.sh
  prepare_step
  export INPUT_PATH="" BASH_ENV="$WORK/env.sh"
  type() { echo hijacked; }
  export -f type
  run /usr/bin/env PATH=/usr/bin:/bin "${SHELL_WORDS[@]}"
  [ "$status" -eq 2 ]
  [[ "$output" != *hijacked* ]]
}
