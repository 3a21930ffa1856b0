# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# Does this machine have what a cluster in namespaces needs?

check_machine() {
  local command missing=''
  for command in containerd ctr runc nft iptables conntrack socat ip unshare nsenter setsid openssl flock; do
    have "$command" || missing+=" $command"
  done
  [[ -z "$missing" ]] || fail "not installed:$missing" "scripts/install-deps --cluster"
  [[ -e /proc/self/ns/net && -e /proc/self/ns/pid ]] || fail "this kernel has no network or pid namespaces"
  [[ "$(cgroup_hierarchies)" ]] || fail "no cgroup hierarchy is mounted under /sys/fs/cgroup"
  grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || fail "this kernel has no overlayfs"
  check_controllers
  try_in_namespaces "bridge devices" ip link add probe0 type bridge
  try_in_namespaces "veth devices" ip link add probe1 type veth peer name probe2
  try_in_namespaces "nftables with NAT" nft -f - <<'NFT'
table ip probe {
  chain nat { type nat hook postrouting priority 100; ct state new masquerade; }
}
NFT
}

check_controllers() {
  local controller
  for controller in cpu cpuset memory pids; do
    awk -v name="$controller" '$1 == name && $4 == 1 { found = 1 } END { exit !found }' /proc/cgroups ||
      grep -qsw "$controller" /sys/fs/cgroup/cgroup.controllers ||
      fail "this kernel has no cgroup controller \"$controller\"" "it may be switched off on the kernel's command line"
  done
}

try_in_namespaces() {
  local what=$1
  shift
  unshare --net --mount --pid --fork "$@" >/dev/null 2>&1 ||
    fail "this machine refuses $what in a namespace" "tried: unshare --net --mount --pid --fork $*" \
      "inside a container it needs --privileged"
}
