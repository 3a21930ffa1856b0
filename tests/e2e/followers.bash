# Clients that run in the background, as jobs of a workflow do.

# as_job RUN ATTEMPT JOB STEP command...: replaces the shell by the command, with the environment of a workflow's step.
# In the background ("as_job ... &") $! is therefore the program itself.
as_job() {
  local run=$1 attempt=$2 job=$3 step=$4
  shift 4
  exec env GITHUB_ACTIONS=true GITHUB_REPOSITORY=example/shop GITHUB_WORKFLOW=deploy GITHUB_ACTOR=somebody \
    GITHUB_SERVER_URL=https://git.example.com GITHUB_RUN_ID="$run" GITHUB_RUN_ATTEMPT="$attempt" GITHUB_JOB="$job" \
    GITHUB_ACTION="$step" "$@" </dev/null 3>&-
}

# deploy_words RELEASE TAG [flags...]: the command line of `deploy`, in the array `words`.
deploy_words() {
  local release=$1 tag=$2
  shift 2
  words=("$LEADSMAN_BIN/leadsman" deploy "$release" --chart "$root/helm/demo" --namespace "$namespace" --set "image.tag=$tag"
    --set replicaCount=1 --set preStopSeconds=0 --timeout "${timeout:-60s}" --output json "$@")
}

# job RUN ATTEMPT RELEASE TAG [flags...]: a deployment of job "web", step "deploy"; its events go to stdout.
job() {
  local run=$1 attempt=$2
  shift 2
  deploy_words "$@"
  as_job "$run" "$attempt" web deploy "${words[@]}"
}

# begun FILE STEP: the step is in the stream of events. ended FILE STEP: and over.
begun() { jq -s -e --arg step "$2" 'any(.[]; .kind == "step" and .data.step == $step)' "$1"; }
in_phase() { jq -s -e --arg phase "$2" '[.[] | select(.kind == "phase" or .kind == "finished")][-1].data.phase == $phase' "$1"; }
deployment_of() { jq -r -s '.[0].data.id' "$1"; }
last_of() { jq -s '.[-1]' "$1"; }

# wait_client PID: waits for a background client; $code is how it ended.
wait_client() {
  code=0
  wait "$1" || code=$?
}

no_pending_revision() {
  "$LEADSMAN_HELM" -n "$namespace" history "$1" -o json | jq -e 'all(.[]; .status | startswith("pending") | not)'
}
