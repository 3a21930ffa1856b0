# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# Processes of a cluster. A pid file holds the pid and its start time, so that a
# pid which the kernel has given to somebody else is never taken for ours.

# start_time_of PID: fails when it has ended, reaped or not.
start_time_of() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # After the command name, which may hold spaces: state first, start time 20th.
  awk '$1 == "Z" { exit 1 } { print $20 }' <<<"${stat##*) }"
}

remember_pid() {
  printf '%s %s\n' "$2" "$(start_time_of "$2")" >"$state/run/$1.pid"
}

# pid_of NAME: prints the pid if that process still runs.
pid_of() {
  local pid started
  read -r pid started 2>/dev/null <"$state/run/$1.pid" || return 1
  [[ -n "$started" && "$(start_time_of "$pid")" == "$started" ]] || return 1
  echo "$pid"
}

is_running() {
  pid_of "$1" >/dev/null
}

# start_on_host NAME COMMAND…: a daemon in a session of its own, log in logs/NAME.log.
# It keeps no descriptor of ours: a lock would stay held, a caller that reads a pipe would wait.
start_on_host() {
  local name=$1
  shift
  (
    close_descriptors
    exec setsid nohup "$@" >>"$logs/$name.log" 2>&1 </dev/null
  ) &
  remember_pid "$name" $!
}

close_descriptors() {
  local entry descriptor
  for entry in /proc/self/fd/*; do
    descriptor=${entry##*/}
    if ((descriptor > 2)); then
      exec {descriptor}>&-
    fi
  done
}

# start_in_node NAME COMMAND…: the same, inside the cluster's namespaces.
start_in_node() {
  local name=$1 node
  shift
  node=$(pid_of node) || fail "cluster $cluster has no node process"
  start_on_host "$name" nsenter --target "$node" --mount --net --pid -- "$@"
}

# run_in_node COMMAND…: in the foreground.
run_in_node() {
  local node
  node=$(pid_of node) || fail "cluster $cluster is not up" "scripts/dev-cluster up $cluster"
  nsenter --target "$node" --mount --net --pid -- "$@" 9>&-
}

# end_process PID: the process and the group it leads.
end_process() {
  kill -KILL -- "-$1" 2>/dev/null || kill -KILL "$1" 2>/dev/null || true
}

# await SECONDS WHAT LOGS COMMAND…: until the command succeeds. LOGS are names, comma-separated.
await() {
  local limit=$1 what=$2 log_names=$3 deadline=$((SECONDS + $1)) name
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then
      for name in ${log_names//,/ }; do
        show_log "$logs/$name.log"
      done
      fail "$what: not within $limit s" "logs: $logs/{$log_names}.log" \
        "scripts/dev-cluster down $cluster removes what is there"
    fi
    sleep 0.2
  done
}
