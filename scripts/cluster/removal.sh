# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# Taking a cluster away, whatever state it is in.

remove_everything() {
  local pid network='' name
  recall_extras
  if pid=$(pid_of node); then
    network=$(readlink "/proc/$pid/ns/net")
    # Held open until nobody is left in it, lest the kernel gives its number to another.
    exec 7<"/proc/$pid/ns/net"
    [[ "$network" != "$(readlink /proc/self/ns/net)" ]] ||
      fail "this shell is inside cluster $cluster" "call it from outside of dev-cluster exec"
  fi
  for name in forward-outside forward-gateway-outside forward-prometheus-outside node node-starter; do
    if pid=$(pid_of "$name"); then
      end_process "$pid"
    fi
  done
  if [[ -n "$network" ]]; then
    end_network_users "$network"
    exec 7<&-
  fi
  await_no_daemons
  remove_cgroups
  rm -rf --one-file-system "$state"
  remove_mount_points
}

# end_network_users NETWORK: what dev-cluster exec started and is still there.
end_network_users() {
  local signal pids attempt
  for signal in TERM KILL; do
    for ((attempt = 0; attempt < 20; attempt++)); do
      pids=$(processes_in_network "$1")
      [[ -n "$pids" ]] || return 0
      # shellcheck disable=SC2086  # a list of numbers
      ((attempt % 10)) || kill "-$signal" $pids 2>/dev/null || true
      sleep 0.1
    done
  done
  fail "processes in the network of cluster $cluster do not end:" "$pids"
}

await_no_daemons() {
  local attempt name
  for ((attempt = 0; attempt < 100; attempt++)); do
    for name in $(daemons); do
      if is_running "$name"; then
        sleep 0.1
        continue 2
      fi
    done
    return 0
  done
  fail "$name of cluster $cluster does not end"
}
