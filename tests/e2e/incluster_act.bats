#!/usr/bin/env bats
# Whole workflows, run by act, with the agent as its chart installs it: runners that die, jobs that are canceled in each
# of the three ways, jobs that take each other's place, two repositories with one release.
# bats file_tags=long

load helper
load incluster
load act

setup_file() {
  need_cluster
  [[ -n "${LEADSMAN_TEST_CLUSTER:-}" ]] || skip "LEADSMAN_TEST_CLUSTER is not set"
  settle_names
  furnish_cluster
  install_agent
  make_repository shop e2e-shop
  make_repository mirror e2e-shop
  deploy_in e2e-shop v1
}

teardown_file() {
  if [[ -n "${LEADSMAN_TEST_CLUSTER:-}" && -n "${LEADSMAN_TEST_KUBECONFIG:-}" ]]; then
    need_cluster
    settle_names
    clear_away
  fi
}

setup() {
  need_cluster
  settle_names
  namespace=e2e-shop
}

teardown() {
  show_logs >&2
  "$kubectl" -n e2e-agent logs leadsman-agent-0 --tail=20 >&2 || true
}

# begin REPOSITORY RUN ATTEMPT SET [INPUT…]: a workflow in the background, in a session of its own: $runner is its process.
begin() {
  act_words "$@"
  printf 'LEADSMAN_KEY="%s"\n' "$(awk -v ORS='\\n' 1 "$key")" >"$BATS_TEST_TMPDIR/secrets"
  words+=(--secret-file "$BATS_TEST_TMPDIR/secrets" --var "AGENT=$address" --var "CA=$ca")
  (exec setsid "$root/scripts/dev-cluster" exec "$LEADSMAN_TEST_CLUSTER" "${words[@]}" </dev/null 3>&-) >"$log" 2>&1 &
  runner=$!
}

runner_is_gone() { ! kill -0 "$runner" 2>/dev/null; }

# finish STATUS
finish() {
  local status=0
  wait_for 240 "the workflow to end" runner_is_gone
  wait "$runner" || status=$?
  [[ $status == "$1" ]] || { echo "exit $status instead of $1" >&2; return 1; }
}

deployment() { sed -n 's/.*| deployment \([0-9a-f-]\{36\}\).*/\1/p' "$log" | head -1; }
helm_has_changed_it() { [[ $(live_image shop-demo) == "leadsman/demo:$1" && $(helm_status shop) == pending-upgrade ]]; }
end_of() { outside follow "$1" --output json | tail -1; }
# What has been told until now.
told_of() {
  in_cluster timeout 3 env -u KUBECONFIG "$LEADSMAN_BIN/leadsman" follow "$1" --output json --agent "$address" --ca "$ca" --key "$key" </dev/null || true
}
in_phase_now() { told_of "$1" | jq -s -e --arg phase "$2" '[.[] | select(.kind == "phase")][-1].data.phase == $phase'; }

# The entry process of the step under way: the program that action.yml became.
entry_of() {
  local child found
  for child in $(pgrep -P "$1"); do
    if [[ $(readlink "/proc/$child/exe") == "$LEADSMAN_BIN/leadsman" ]]; then
      echo "$child"
      return
    fi
    found=$(entry_of "$child")
    [[ -z $found ]] || { echo "$found"; return; }
  done
}

gone_within() {
  local tenth
  for ((tenth = 0; tenth < $2; ++tenth)); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  return 1
}

# cancel_job: what the runner of GitHub Actions does: SIGINT to the entry process, SIGTERM 7.5 s later, SIGKILL 2.5 s after
# that. $signals are those that were needed.
cancel_job() {
  local entry
  entry=$(entry_of "$runner")
  [ -n "$entry" ]
  signals=INT
  kill -INT "$entry"
  gone_within "$entry" 75 && return
  signals+=" TERM"
  kill -TERM "$entry"
  gone_within "$entry" 25 && return
  signals+=" KILL"
  kill -KILL "$entry"
}

@test "the runner is killed, and the job is run again: it attaches, and the release is deployed once" {
  local before id
  before=$(revision)
  begin shop 5001 1 $'image.tag=v2\ndemo.startDelay=15s'
  wait_for 60 "helm to change the release" helm_has_changed_it v2
  id=$(deployment)
  kill -KILL -- "-$runner"
  wait "$runner" || true
  [ -z "$(entry_of "$runner")" ]
  begin shop 5001 2 $'image.tag=v2\ndemo.startDelay=15s'
  finish 0
  [ -n "$id" ]
  [ "$(output_of deployment-id)" = "$id" ]
  [ "$(output_of phase)" = succeeded ]
  grep -q "attached to deployment $id (started by run 5001 attempt 1)" "$log"
  completed 1
  lease_is_free
}

@test "canceled, on-cancel rollback: INT is enough, and the agent proves that all is as before" {
  local before
  before=$(revision)
  begin shop 5002 1 $'image.tag=v3\ndemo.neverReady=true' on-cancel=rollback
  wait_for 60 "helm to change the release" helm_has_changed_it v3
  cancel_job
  [ "$signals" = INT ]
  finish 1
  grep -q "asked the agent to roll back; it goes on without this job" "$log"
  run end_of "$(deployment)"
  jq -e '.data | .phase == "rolled_back" and .reason == "CanceledByUser" and .rollback == "succeeded"' <<<"$output"
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
  completed 1
  lease_is_free
}

@test "canceled, on-cancel pause: it stops at the next step, and goes on when told to" {
  local before
  before=$(revision)
  begin shop 5003 1 $'image.tag=v3\ndemo.startDelay=8s' on-cancel=pause
  wait_for 60 "helm to change the release" helm_has_changed_it v3
  cancel_job
  [ "$signals" = INT ]
  finish 1
  wait_for 60 "the deployment to pause" in_phase_now "$(deployment)" paused
  outside cancel "$(deployment)" --mode continue
  run end_of "$(deployment)"
  jq -e '.data | .phase == "succeeded" and .reason == "Deployed"' <<<"$output"
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
  completed 1
  lease_is_free
}

@test "canceled, on-cancel continue: nothing stops" {
  local before
  before=$(revision)
  begin shop 5004 1 $'image.tag=v1\ndemo.startDelay=10s' on-cancel=continue
  wait_for 60 "helm to change the release" helm_has_changed_it v1
  cancel_job
  [ "$signals" = INT ]
  finish 1
  grep -q "the deployment goes on as on-cancel says (continue)" "$log"
  run end_of "$(deployment)"
  jq -e '.data | .phase == "succeeded" and .reason == "Deployed"' <<<"$output"
  [ "$(live_image shop-demo)" = leadsman/demo:v1 ]
  completed 1
  lease_is_free
}

@test "a newer run takes the place of the older one" {
  local before older older_results
  before=$(revision)
  begin shop 5005 1 $'image.tag=v2\ndemo.neverReady=true'
  older=$runner older_results=$results
  wait_for 60 "helm to change the release" helm_has_changed_it v2
  begin shop 5006 1 image.tag=v3 when-busy=supersede
  finish 0
  [ "$(output_of phase)" = succeeded ]
  runner=$older
  finish 1
  [ "$(jq -r .phase "$older_results/outputs.json")" = superseded ]
  [ "$(live_image shop-demo)" = leadsman/demo:v3 ]
  completed 1
  lease_is_free
}

@test "two repositories want one release: one after the other, and the second is told who has it" {
  local before first first_results
  before=$(revision)
  begin shop 5007 1 $'image.tag=v1\ndemo.startDelay=10s'
  first=$runner first_results=$results
  wait_for 60 "helm to change the release" helm_has_changed_it v1
  begin mirror 5008 1 image.tag=v2
  finish 0
  grep -q "held by example/shop, run 5007" "$log"
  [ "$(output_of phase)" = succeeded ]
  [ "$(output_of previous-revision)" = "$(jq -r .revision "$first_results/outputs.json")" ]
  runner=$first
  finish 0
  [ "$(live_image shop-demo)" = leadsman/demo:v2 ]
  completed 2
  lease_is_free
}
