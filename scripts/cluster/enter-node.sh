#!/usr/bin/env bash
# enter-node.sh STATE NODE_IP PAUSE: furnishes fresh namespaces and becomes their first process.
set -euo pipefail
state=$1 node_ip=$2 pause=$3

mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/containerd /run/netns /run/lock
mount -t tmpfs tmpfs /var/lib/cni
mount -t tmpfs tmpfs /var/log/containers
mount --bind "$state/kubelet" /var/lib/kubelet

# kubelet writes these for the whole machine; let it write copies instead.
for tunable in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \
  kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  if [[ -e "/proc/sys/$tunable" ]]; then
    mkdir -p "/run/tunables/${tunable%/*}"
    cat "/proc/sys/$tunable" >"/run/tunables/$tunable"
    mount --bind "/run/tunables/$tunable" "/proc/sys/$tunable"
  fi
done

ip link set lo up
ip link add node0 type bridge
ip address add "$node_ip/24" dev node0
ip link set node0 up
ip route add default dev node0
echo 1 >/proc/sys/net/ipv4/ip_forward

touch "$state/run/node-ready"
exec "$pause"
