#!/usr/bin/env bats
# A canceled job, as the runner of GitHub Actions plays it: SIGINT to the step's entry process alone, SIGTERM 7.5 s
# later, SIGKILL 2.5 s after that. The entry process is the one that action.yml starts.

load helper
load followers

setup_file() {
  need_cluster
  namespace=e2e-cancel
  fresh_namespace "$namespace"
  start_agent "$BATS_FILE_TMPDIR/agent"
  export agent agent_pid
  # Its tests take their time: the way back to it is longer than a canceled job has.
  deploy shop v1 --agent "$agent" --set demo.delay=2s
}

teardown_file() { stop_agent; }

setup() {
  need_cluster
  namespace=e2e-cancel
  log=$BATS_TEST_TMPDIR/log
  script=$BATS_TEST_TMPDIR/script.sh
  # The very script of action.yml, started by the very command.
  sed -n '/^      run: |$/,$p' "$root/action.yml" | sed -e 1d -e 's/^        //' >"$script"
  grep -q '^exec "\$leadsman" action$' "$script"
}

teardown() { if [[ -e $log ]]; then cat "$log" >&2; fi; }

# begin_step RUN TAG ON_CANCEL AGENT [set...]: the step of a job; $entry is its entry process.
begin_step() {
  local run=$1 tag=$2 on_cancel=$3 at=$4 sets
  shift 4
  sets=$(printf '%s\n' "image.tag=$tag" replicaCount=1 preStopSeconds=0 "$@")
  (
    export INPUT_AGENT=$at INPUT_PATH=$LEADSMAN_BIN INPUT_COMMAND=deploy INPUT_RELEASE=shop INPUT_NAMESPACE=$namespace \
      INPUT_CHART=$root/helm/demo INPUT_TIMEOUT=60s INPUT_ON_CANCEL=$on_cancel INPUT_SET=$sets INPUT_STEP=deploy INPUT_MATRIX=null \
      RUNNER_TEMP=$BATS_TEST_TMPDIR GITHUB_OUTPUT=$BATS_TEST_TMPDIR/output GITHUB_STEP_SUMMARY=$BATS_TEST_TMPDIR/summary
    as_job "$run" 1 web __leadsman bash --noprofile --norc -p -euo pipefail "$script"
  ) >"$log" 2>&1 &
  entry=$!
}

helm_has_changed_it() { [[ $(live_image shop-demo) == "leadsman/demo:$1" ]]; }
is_gone() { ! kill -0 "$entry" 2>/dev/null; }

# gone_within TENTHS
gone_within() {
  local tenth
  for ((tenth = 0; tenth < $1; ++tenth)); do
    is_gone && return 0
    sleep 0.1
  done
  is_gone
}

# cancel_job: what the runner does. $signals are those that were needed, $code is how the process ended.
cancel_job() {
  signals=INT
  kill -INT "$entry"
  if ! gone_within 75; then
    signals+=" TERM"
    kill -TERM "$entry"
    if ! gone_within 25; then
      signals+=" KILL"
      kill -KILL "$entry"
    fi
  fi
  wait_client "$entry"
}

the_id() { sed -n 's/^deployment //p' "$log"; }
# The end of the deployment, as the agent knows it.
end_of() { leadsman follow "$1" --agent "$agent" --output json | tail -1; }
in_phase_now() { curl -sf --unix-socket "${agent#unix:}" "http://localhost/v1/deployments/$1" | jq -e --arg phase "$2" '.state.phase == $phase'; }

@test "rollback: the agent is asked, the client leaves in time, and the release is proved to be as before" {
  begin_step 2001 v2 rollback "$agent" demo.neverReady=true
  wait_for 30 "helm to change the release" helm_has_changed_it v2
  cancel_job
  [ "$code" -eq 130 ]
  [ "$signals" = INT ]
  grep -q "asked the agent to roll back; it goes on without this job; follow with: leadsman follow $(the_id)" "$log"
  grep -q "^deployment-id<<" "$BATS_TEST_TMPDIR/output"
  grep -q "roll back" "$BATS_TEST_TMPDIR/summary"
  run end_of "$(the_id)"
  jq -e '.data | .phase == "rolled_back" and .reason == "CanceledByUser" and .rollback == "succeeded"' <<<"$output"
  leadsman follow "$(the_id)" --agent "$agent" --output json | jq -s -e '[.[] | select(.kind == "proof")][0].data.ok'
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
  [ "$(helm_status shop)" = deployed ]
}

@test "pause: it stops at the next step, says how to go on, and goes on when told to" {
  begin_step 2002 v2 pause "$agent" demo.startDelay=3s
  wait_for 30 "helm to change the release" helm_has_changed_it v2
  cancel_job
  [ "$code" -eq 130 ]
  [ "$signals" = INT ]
  grep -q "asked the agent to stop at the next step and leave things as they are" "$log"
  wait_for 30 "the deployment to pause" in_phase_now "$(the_id)" paused
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
  leadsman cancel "$(the_id)" --agent "$agent" --mode continue
  run end_of "$(the_id)"
  jq -e '.data | .phase == "succeeded" and .reason == "Deployed"' <<<"$output"
}

@test "continue: nothing stops, and the client says so" {
  begin_step 2003 v3 continue "$agent" demo.startDelay=5s
  wait_for 30 "helm to change the release" helm_has_changed_it v3
  cancel_job
  [ "$code" -eq 130 ]
  [ "$signals" = INT ]
  grep -q "the deployment goes on as on-cancel says (continue); it goes on without this job" "$log"
  run end_of "$(the_id)"
  jq -e '.data | .phase == "succeeded" and .reason == "Deployed"' <<<"$output"
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
}

@test "a step for canceled jobs settles what the canceled one began" {
  begin_step 2004 v2 rollback "$agent" demo.neverReady=true
  wait_for 30 "helm to change the release" helm_has_changed_it v2
  cancel_job
  # On a quick machine the way back is over before the job has to go: what has ended is settled, too.
  [[ $code == 130 || $code == 1 ]]
  run env INPUT_AGENT="$agent" INPUT_COMMAND=settle INPUT_DEPLOYMENT="$(the_id)" GITHUB_ACTIONS=true "$LEADSMAN_BIN/leadsman" action
  echo "$output"
  [ "$status" -eq 1 ]
  [[ $output == *"is as before: CanceledByUser"* ]]
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
}

@test "embedded, helm at work: the way back is gone, or left at a safe end" {
  local before
  before=$(live_image shop-demo)
  begin_step 2005 v2 rollback "" demo.neverReady=true
  wait_for 30 "helm to change the release" helm_has_changed_it v2
  cancel_job
  [[ $code == 130 || $code == 1 ]]
  [[ $signals != *KILL* ]]
  grep -q "asked the agent to roll back; waiting for it" "$log"
  no_pending_revision shop
  [ -z "$(pgrep -f "$BATS_TEST_TMPDIR" || true)" ]
  if [[ $code == 1 ]]; then [ "$(live_image shop-demo)" = "$before" ]; fi
  # Nobody holds the release any more: the next deployment does not have to wait.
  run deploy shop v1 --when-busy reject --output json
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
}

@test "canceled before helm has changed anything: nothing is rolled back" {
  deploy shop v1 --agent "$agent"
  local before
  before=$("$LEADSMAN_HELM" -n "$namespace" history shop -o json | jq length)
  # The check takes about a second; if helm was quicker than the signal, it has to be rolled back instead.
  begin_step 2007 v2 rollback "$agent" demo.neverReady=true
  wait_for 30 "the manifest to be checked" grep -q '^::group::check chart' "$log"
  cancel_job
  if [[ $code == 6 ]]; then
    grep -q "nothing was changed" "$log"
    [ "$("$LEADSMAN_HELM" -n "$namespace" history shop -o json | jq length)" -eq "$before" ]
  fi
  run end_of "$(the_id)"
  jq -e '.data.phase == "canceled" or .data.phase == "rolled_back"' <<<"$output"
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
  no_pending_revision shop
}

@test "embedded: continue is refused, because nobody would go on" {
  local before
  before=$(live_image shop-demo)
  begin_step 2006 v2 continue ""
  wait_client "$entry"
  [ "$code" -eq 2 ]
  grep -q "::error.*'continue' needs an agent that outlives the job" "$log"
  [ "$(live_image shop-demo)" = "$before" ]
}
