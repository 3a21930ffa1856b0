# shellcheck shell=bash
# Long commands: a name, a log, a sign of life, a duration.

k_heartbeat_seconds=15

# run_step NAME COMMAND…: on a terminal the command speaks for itself. Otherwise its
# output goes to a log, its last line is shown now and then, and its end when it fails.
run_step() {
  local name=$1 log status=0 started=$SECONDS
  shift
  log=$(step_log "$name")
  if [[ -t 1 && -t 2 && -z "${CI:-}" ]]; then
    say "$name"
    "$@" </dev/null || status=$?
  else
    say "$name (log: $log)"
    run_logged "$log" "$@" || status=$?
  fi
  if ((status != 0)); then
    printf 'error: "%s" failed after %s (exit %s)\n' "$name" "$(duration_since "$started")" "$status" >&2
    return "$status"
  fi
  say_detail "took $(duration_since "$started")"
}

# run_logged LOG COMMAND…
run_logged() {
  local log=$1 pid status=0 beat=$SECONDS started=$SECONDS
  shift
  set -m # a process group of its own, so that all of it can be ended
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  # shellcheck disable=SC2064  # the pid of now
  trap "kill -- -$pid 2>/dev/null; exit 130" INT TERM HUP
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - beat >= k_heartbeat_seconds)); then
      beat=$SECONDS
      say_detail "… $(duration_since "$started"): $(last_words "$log")"
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM HUP
  ((status == 0)) || show_failure "$log"
  return "$status"
}

step_log() {
  local folder
  folder=$(cd "$SCRIPTS/.." && pwd)/build/logs
  mkdir -p "$folder"
  printf '%s/%s.log\n' "$folder" "$(tr -cs 'A-Za-z0-9\n' - <<<"$1" | sed 's/-$//')"
}

last_words() {
  tail -n 1 "$1" | tr -d '\r' | cut -c 1-110
}

# show_failure LOG: what a compiler or a test complained of, else how the log ends.
show_failure() {
  printf -- '---- %s\n' "$1" >&2
  if grep -qE '(error|FAILED|undefined reference|not ok|\*\*\*Failed)' "$1"; then
    grep -E -A 3 '(error|FAILED|undefined reference|not ok|\*\*\*Failed)' "$1" | head -n 60 >&2
    printf -- '---- and its end\n' >&2
  fi
  tail -n 25 "$1" >&2
}

duration_since() {
  local seconds=$((SECONDS - $1))
  if ((seconds < 60)); then
    printf '%d s\n' "$seconds"
  else
    printf '%d min %02d s\n' $((seconds / 60)) $((seconds % 60))
  fi
}
