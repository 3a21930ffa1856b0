# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# The node: one process that holds a network, mount and pid namespace. Everything
# of the cluster lives in them, so when that process dies the kernel ends every
# other process, mount, device and firewall rule with it.

# Directories that kubelet and CNI insist on; covered inside the node.
k_mount_points=(/var/lib/kubelet /var/lib/cni /var/log/containers)
k_created=$k_state_root/created-dirs

start_node() {
  is_running node && return
  make_mount_points
  make_cgroups
  rm -f "$state/run/node-ready"
  start_on_host node-starter unshare --mount --net --pid --fork --kill-child --mount-proc \
    bash "$SCRIPTS/cluster/enter-node.sh" "$state" "$node_ip" "$(tool_path pause)"
  await 10 "the node's namespaces" node-starter test -e "$state/run/node-ready"
  remember_pid node "$(child_of "$(pid_of node-starter)")"
}

child_of() {
  tr -d ' ' <"/proc/$1/task/$1/children"
}

make_mount_points() {
  local folder
  for folder in "${k_mount_points[@]}"; do
    [[ -d "$folder" ]] && continue
    mkdir -p "$folder"
    echo "$folder" >>"$k_created"
  done
}

# remove_mount_points: with the last cluster, never before: removing a directory
# that is a mount point in another namespace unmounts it there.
remove_mount_points() {
  local folder
  compgen -G "$k_state_root/*/index" >/dev/null && return
  if [[ -f "$k_created" ]]; then
    while read -r folder; do
      rmdir "$folder" 2>/dev/null || true
    done <"$k_created"
    rm -f "$k_created"
  fi
  rmdir "$k_state_root" 2>/dev/null || true
}

# cgroup_hierarchies: the root of each cgroup hierarchy, v1 or v2.
cgroup_hierarchies() {
  awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts
}

make_cgroups() {
  local root file
  for root in $(cgroup_hierarchies); do
    mkdir -p "$root/$cgroup"
    if [[ -f "$root/cgroup.controllers" ]]; then
      sed 's/\(^\| \)\([a-z]\)/\1+\2/g' "$root/$cgroup/cgroup.controllers" \
        >"$root/$cgroup/cgroup.subtree_control" || true
    fi
    for file in cpuset.cpus cpuset.mems; do
      if [[ -f "$root/$file" && ! -f "$root/cgroup.controllers" ]]; then
        cat "$root/$file" >"$root/$cgroup/$file"
      fi
    done
  done
}

remove_cgroups() {
  local root attempt
  for root in $(cgroup_hierarchies); do
    for ((attempt = 0; attempt < 50; attempt++)); do
      [[ -d "$root/$cgroup" ]] || break
      find "$root/$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || true
      [[ -d "$root/$cgroup" ]] && sleep 0.1
    done
    [[ ! -d "$root/$cgroup" ]] || fail "cgroup $root/$cgroup cannot be removed" \
      "processes in it: $(find "$root/$cgroup" -name cgroup.procs -exec cat {} + | tr '\n' ' ')"
  done
}

# processes_in_network: pids in the cluster's network namespace, whoever started them.
processes_in_network() {
  local wanted=$1 entry
  for entry in /proc/[0-9]*; do
    if [[ "$(readlink "$entry/ns/net" 2>/dev/null)" == "$wanted" ]]; then
      echo "${entry#/proc/}"
    fi
  done
}
