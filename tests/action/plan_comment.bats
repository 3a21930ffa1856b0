#!/usr/bin/env bats
# `command: plan` of the action on a pull request: the job summary, and one comment that is kept up to date.

load helper

setup() {
  setup_workplace
  export GITHUB_ACTIONS=true GITHUB_REPOSITORY=acme/shop GITHUB_RUN_ID=7 GITHUB_RUN_ATTEMPT=1 GITHUB_JOB=plan GITHUB_EVENT_NAME=pull_request
  export GITHUB_WORKSPACE="$WORK" GITHUB_OUTPUT="$WORK/output" GITHUB_STEP_SUMMARY="$WORK/summary" RUNNER_TEMP="$WORK"
  export GITHUB_EVENT_PATH="$WORK/event.json" FAKE_PLAN="$WORK/plan.json"
  export INPUT_COMMAND=plan INPUT_RELEASE=shop INPUT_CHART=chart INPUT_NAMESPACE=shop INPUT_COMMENT=true INPUT_GITHUB_TOKEN=gh-token
  echo '{"pull_request": {"number": 12}}' >event.json
  a_plan "image shop:v2"
  start_agent
  INPUT_KEY="$(cat key)"
  export INPUT_AGENT="$AGENT" INPUT_KEY
  mkdir github
}

teardown() {
  if [ -n "${GITHUB_PID:-}" ]; then
    kill "$GITHUB_PID" 2>/dev/null || true
    wait "$GITHUB_PID" 2>/dev/null || true
  fi
  teardown_workplace
}

# a_plan WARNING
a_plan() {
  jq -n --arg warning "$1" '{strategy: "rolling", refused: null, steps: [{kind: "upgrade", title: "helm upgrade --install"}], changes: [], warnings: [$warning]}' >plan.json
}

# start_github [OPTION…]
start_github() {
  "$BATS_TEST_DIRNAME/../support/fake_github.py" "$WORK/github" "$@" >/dev/null 2>&1 3>&- &
  GITHUB_PID=$!
  wait_for test -s github/port
  GITHUB_API_URL="http://127.0.0.1:$(cat github/port)"
  export GITHUB_API_URL
}

bodies() { jq -r '.[].body' github/comments.json; }
how_many() { jq length github/comments.json; }

@test "the plan is written as a comment and in the summary, and the next run writes it over" {
  start_github
  run "$LEADSMAN" action
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"the plan stands in a comment: https://github.com/acme/shop/pull/12#issuecomment-1000"* ]]
  [ "$(how_many)" -eq 1 ]
  [[ "$(bodies)" == "<!-- leadsman-plan "*"## ✅ Plan for shop"*"image shop:v2"* ]]
  grep -q '## ✅ Plan for shop' summary
  refute grep -q 'leadsman-plan' summary
  a_plan "image shop:v3"
  rm -f summary
  "$LEADSMAN" action
  [ "$(how_many)" -eq 1 ]
  [[ "$(bodies)" == *"image shop:v3"* ]]
  [[ "$(bodies)" != *"image shop:v2"* ]]
}

@test "another release has a comment of its own" {
  start_github
  "$LEADSMAN" action
  INPUT_RELEASE=other "$LEADSMAN" action
  [ "$(how_many)" -eq 2 ]
}

@test "a plan that cannot be made replaces the one before" {
  start_github
  "$LEADSMAN" action
  printf 'releases:\n  shop:\n    chrat: chart\n' >leadsman.yaml
  run "$LEADSMAN" action
  echo "$output"
  [ "$status" -eq 2 ]
  [ "$(how_many)" -eq 1 ]
  [[ "$(bodies)" == *"There is no plan for shop"*"leadsman.yaml:3"*chrat* ]]
}

@test "our comment is found behind hundreds of others" {
  start_github
  "$LEADSMAN" action
  kill "$GITHUB_PID"
  wait "$GITHUB_PID" || true
  jq '[range(250) | {id: ., body: "hello", user: {login: "u", type: "User"}}] + .' github/comments.json >longer
  mv longer github/comments.json
  rm github/port
  start_github
  "$LEADSMAN" action
  [ "$(how_many)" -eq 251 ]
}

@test "whoever else writes our marker is not taken for us" {
  start_github
  "$LEADSMAN" action
  kill "$GITHUB_PID"
  wait "$GITHUB_PID" || true
  jq '[.[0] | .user = {login: "mallory", type: "User"}]' github/comments.json >stolen
  mv stolen github/comments.json
  rm github/port
  start_github
  a_plan "image shop:v9"
  "$LEADSMAN" action
  [ "$(how_many)" -eq 2 ]
  [[ "$(jq -r '.[0].body' github/comments.json)" != *"v9"* ]]
}

@test "a user's token writes over the user's own comment" {
  start_github --log-in ada
  "$LEADSMAN" action
  "$LEADSMAN" action
  [ "$(how_many)" -eq 1 ]
}

@test "an answer that was lost makes no second comment" {
  start_github --fail-after-post
  run "$LEADSMAN" action
  [ "$status" -eq 0 ]
  [ "$(how_many)" -eq 1 ]
}

@test "a token that may only read: a warning that says what it needs, the summary, and the plan's own exit code" {
  start_github --read-only
  run "$LEADSMAN" action
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"::warning title=Leadsman::the plan could not be written as a comment"*"pull-requests: write"*"from a fork"* ]]
  grep -q '## ✅ Plan for shop' summary
}

@test "a wrong token is named, and shown nowhere" {
  start_github
  INPUT_GITHUB_TOKEN=wrong-token run "$LEADSMAN" action
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"::warning"*"it does not know the token"* ]]
  [ "$(grep -c wrong-token <<<"$output")" -eq 1 ]
  [[ "$output" == *"::add-mask::wrong-token"* ]]
}

@test "a run that is about no pull request has a summary only" {
  start_github
  echo '{"ref": "refs/heads/main"}' >event.json
  GITHUB_EVENT_NAME=push run "$LEADSMAN" action
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"::warning"*"no pull request (event push)"* ]]
  [ ! -e github/comments.json ]
}

@test "a comment on a pull request is about it, too" {
  start_github
  echo '{"issue": {"number": 12, "pull_request": {}}}' >event.json
  "$LEADSMAN" action
  [ "$(how_many)" -eq 1 ]
}

@test "inputs that make no sense are refused before anything is asked" {
  INPUT_GITHUB_TOKEN='' run "$LEADSMAN" action
  [ "$status" -eq 2 ]
  [[ "$output" == *"github-token: is needed to write a comment"* ]]
  INPUT_COMMAND=deploy run "$LEADSMAN" action
  [ "$status" -eq 2 ]
  [[ "$output" == *"comment: only a plan is written as a comment"* ]]
  INPUT_COMMENT=yes run "$LEADSMAN" action
  [ "$status" -eq 2 ]
  [[ "$output" == *"'yes' is neither true nor false"* ]]
}

@test "a plan beyond a comment's limit is cut there, and whole in the summary" {
  start_github
  jq '.changes = [range(3000) | {object: "ConfigMap settings-\(.)", action: "create"}]' plan.json >long
  mv long plan.json
  run "$LEADSMAN" action
  [ "$status" -eq 0 ]
  [[ "$(bodies)" == *"more lines, which the log of this step has"* ]]
  [ "$(bodies | wc -c)" -le 65536 ]
  grep -q 'settings-2999' summary
}

@test "what a chart says is only text in the comment" {
  start_github
  a_plan '</details><img src=x> @acme/team ```'
  "$LEADSMAN" action
  refute grep -qE '<img|@acme' <<<"$(bodies)"
}
