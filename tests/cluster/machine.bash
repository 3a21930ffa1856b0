# shellcheck shell=bash
# What a cluster could leave on a machine, as text that can be compared.
# OURS is what the names of the test's own clusters begin with.

machine_state() {
  echo "# mounts"
  sort /proc/mounts
  echo "# named network namespaces"
  ip netns list | sort
  echo "# firewall"
  nft list ruleset
  iptables-save | sed '/^#/d'
  echo "# links"
  ip -brief link | awk '{ print $1 }' | sort
  echo "# cgroups"
  find /sys/fs/cgroup -type d -name 'leadsman-*' | sort
  echo "# folders"
  ls -d /var/lib/leadsman-dev/* /var/lib/kubelet /var/lib/cni /run/containerd /var/log/containers /var/log/pods 2>/dev/null || true
  echo "# machine-wide kernel settings"
  sysctl kernel.panic kernel.panic_on_oops vm.overcommit_memory vm.panic_on_oom kernel.keys.root_maxkeys
  echo "# processes of clusters"
  cluster_processes | awk '{ $1 = ""; print }' | sort
  echo "# namespaces of clusters"
  namespaces_in_use
}

# cluster_processes: pid and arguments, without those of clusters that are not ours.
cluster_processes() {
  local others pid arguments
  others=$(namespaces_of_others)
  ps -eo pid=,args= | while read -r pid arguments; do
    [[ "$arguments" =~ leadsman-dev/|/devcluster\ |containerd-shim|/pause$|unshare\ --mount ]] || continue
    [[ "$arguments" =~ leadsman-dev/ && ! "$arguments" =~ leadsman-dev/$OURS ]] && continue
    grep -qs '/leadsman-' "/proc/$pid/cgroup" && ! grep -qs "/leadsman-$OURS" "/proc/$pid/cgroup" && continue
    grep -qxF "$(readlink "/proc/$pid/ns/pid")" <<<"$others" || echo "$pid $arguments"
  done
}

# Other people's clusters on the same machine start and end pods while we look.
namespaces_of_others() {
  local folder
  for folder in /var/lib/leadsman-dev/*/; do
    [[ "$folder" == */"$OURS"* ]] || readlink "/proc/$(cut -d ' ' -f 1 "$folder/run/node.pid")/ns/pid"
  done 2>/dev/null || true
}

namespaces_in_use() {
  cluster_processes | while read -r pid _; do
    readlink "/proc/$pid/ns/net" "/proc/$pid/ns/mnt" "/proc/$pid/ns/pid" 2>/dev/null || true
  done | sort -u
}
