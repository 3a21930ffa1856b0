# What goes wrong around a deployment, done for real to a dev cluster in namespaces of this machine, and what must be true
# of every deployment that lived through it.

need_daemons() {
  need_cluster
  [[ -n "${LEADSMAN_TEST_CLUSTER:-}" ]] || skip "LEADSMAN_TEST_CLUSTER is not set"
  ((EUID == 0)) || skip "the cluster's daemons are root's"
  [[ -d /var/lib/leadsman-dev/$LEADSMAN_TEST_CLUSTER ]] || skip "the cluster's daemons are not processes of this machine"
}

send() { "$root/scripts/dev-cluster" signal "$LEADSMAN_TEST_CLUSTER" "$@"; }

api_stops() { send kube-apiserver STOP; }
api_goes_on() { send kube-apiserver CONT; }

# With its clients, as when the one node of a cluster restarts: they would ask again only after a pause of up to a minute.
api_is_killed() {
  local daemon
  for daemon in kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy; do send "$daemon" KILL; done
}
api_is_started() { "$root/scripts/dev-cluster" up "$LEADSMAN_TEST_CLUSTER" >/dev/null 2>&1; }

# Whatever a failed test left stopped or dead.
restore_cluster() {
  local daemon
  for daemon in etcd kube-apiserver kube-proxy; do
    send "$daemon" CONT 2>/dev/null || true
  done
  api_is_started
}

# compact: etcd forgets everything but what is true now.
compact() {
  local now
  now=$(in_etcd kv/range '{"key":"AA=="}' | jq -r .header.revision)
  in_etcd kv/compaction "{\"revision\":\"$now\",\"physical\":true}"
}
in_etcd() { "$root/scripts/dev-cluster" exec "$LEADSMAN_TEST_CLUSTER" curl -sf "http://127.0.0.1:2379/v3/$1" -d "$2"; }

# begin RUN TAG [flags...]: a deployment of "shop" through $agent in the background; $client is its process, $events what
# it hears, $before the revision that there was.
begin() {
  events=$BATS_TEST_TMPDIR/events
  before=$(revision)
  job "$1" 1 shop "$2" --agent "$agent" --set progressDeadlineSeconds=170 "${@:3}" >"$events" 2>"$events.err" &
  client=$!
}

client_is_gone() { ! kill -0 "$client" 2>/dev/null; }

# finish STATUS PHASE REASON: the client hears every event once, and that end.
finish() {
  wait_for 300 "the client to end" client_is_gone
  wait_client "$client"
  [[ $code == "$1" ]] || { echo "exit $code instead of $1" >&2; return 1; }
  jq -s -e '[.[].seq] == [range(1; length + 1)]' "$events"
  jq -s -e --arg phase "$2" --arg reason "$3" '[.[] | select(.kind == "finished") | .data | [.phase, .reason]] == [[$phase, $reason]]' "$events"
}

told() { jq -s -e --arg words "$1" 'any(.[]; (.kind == "warning" or .kind == "waiting") and (.message | test($words)))' "$events"; }
waits_for_the_api() { told 'waiting for the API server \('; }

# The stream names what was waited for, and later on that it was back.
waited_and_went_on() {
  jq -s -e '[.[] | select(.kind == "warning") | .message]
    | (map(test("waiting for the API server \\([a-z]+\\): ..")) | index(true)) as $lost
    | (map(test("the API server answers again, after [0-9]")) | rindex(true)) as $back
    | $lost != null and $back != null and $lost < $back' "$events"
}

nothing_is_left() {
  completed "$1"
  lease_is_free
  [ -z "$(pgrep -P "$agent_pid" || true)" ]
}

helm_waits() { begun "$events" upgrade && [[ $(helm_status shop) == pending-upgrade ]] && [[ $(live_image shop-demo) == "leadsman/demo:$1" ]]; }
step_begins() { begun "$events" "$1"; }

show_stream() {
  [[ -e ${events:-} ]] && { jq -r '"\(.at) \(.kind) \(.message)"' "$events"; cat "$events.err"; }
  "$LEADSMAN_HELM" -n "$namespace" history shop || true
  tail -15 "$BATS_FILE_TMPDIR/agent/agent.log"
  if [[ -e $BATS_TEST_TMPDIR/agent/agent.log ]]; then tail -15 "$BATS_TEST_TMPDIR/agent/agent.log"; fi
}
