# shellcheck shell=bash
# Progress and errors, all on stderr: stdout belongs to a script's answer.

say() {
  printf '==> %s\n' "$*" >&2
}

say_detail() {
  printf '    %s\n' "$*" >&2
}

fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  for hint in "$@"; do
    printf '       %s\n' "$hint" >&2
  done
  exit 1
}

# show_log FILE: where a log is and how it ends.
show_log() {
  printf -- '---- last lines of %s\n' "$1" >&2
  tail -n 15 "$1" >&2 2>/dev/null || true
}

# compile_with_heartbeat TITLE LOG COMMAND…: runs the command with its output in LOG
# and says every 15 s that a compiler is still at work.
compile_with_heartbeat() {
  local title=$1 log=$2 pid status=0 started=$SECONDS beat=$SECONDS
  shift 2
  say "$title (log: $log)"
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  trap 'kill "$pid" 2>/dev/null; exit 130' INT TERM HUP
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - beat >= 15)); then
      beat=$SECONDS
      say_detail "… $((SECONDS - started)) s, $(wc -l <"$log") packages compiled"
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM HUP
  if ((status != 0)); then
    show_log "$log"
    fail "\"$title\" failed (exit $status)" "the whole log: $log"
  fi
  say_detail "took $((SECONDS - started)) s"
}
