# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# The same verbs with kind, where a Docker daemon answers.

# A Docker client alone proves nothing: ask the daemon.
docker_answers() {
  have docker && timeout 10 docker info >/dev/null 2>&1
}

obtain_kind() {
  have kind || fetch_tool kind
}

use_kind() {
  obtain_kind
  kind=$(command -v kind || tool_path kind)
  kind_kubeconfig=$(cache_dir)/kind/$cluster.kubeconfig
}

kind_is_up() {
  "$kind" get clusters 2>/dev/null | grep -qx "$cluster"
}

kind_up() {
  ((${#extras[@]} == 0)) || say "cluster $cluster gets no ${extras[*]}: kind cannot have them, LEADSMAN_CLUSTER=namespaces can"
  mkdir -p "$(dirname "$kind_kubeconfig")"
  if kind_is_up; then
    "$kind" export kubeconfig --name "$cluster" --kubeconfig "$kind_kubeconfig" >&2
    say "cluster $cluster is up already"
    kind_status
    return
  fi
  say "creating cluster $cluster with kind"
  "$kind" create cluster --name "$cluster" --kubeconfig "$kind_kubeconfig" --wait 180s >&2
  say "cluster $cluster is ready: export KUBECONFIG=$kind_kubeconfig"
}

kind_down() {
  "$kind" delete cluster --name "$cluster" --kubeconfig "$kind_kubeconfig" >&2
  rm -f "$kind_kubeconfig" "$kind_kubeconfig.inside"
}

kind_status() {
  if ! kind_is_up; then
    echo "$cluster: not up"
    return 1
  fi
  echo "$cluster: kind, kubeconfig $kind_kubeconfig"
  "$(tool_path kubectl)" --kubeconfig "$kind_kubeconfig" get nodes
}

kind_load_image() {
  "$kind" load image-archive "$1" --name "$cluster" >&2
}

# Inside its container the API server has another port than on the host.
kind_exec() {
  local pid
  pid=$(docker inspect --format '{{.State.Pid}}' "$cluster-control-plane")
  "$kind" get kubeconfig --name "$cluster" |
    sed -E 's|(server: https://127\.0\.0\.1):[0-9]+|\1:6443|' >"$kind_kubeconfig.inside"
  export KUBECONFIG=$kind_kubeconfig.inside
  if ((EUID == 0)); then
    exec nsenter --target "$pid" --net -- "$@"
  fi
  exec sudo --preserve-env=KUBECONFIG,PATH nsenter --target "$pid" --net -- "$@"
}

no_extras_in_kind() {
  fail "a cluster of kind has none of ${k_extras[*]}" "LEADSMAN_CLUSTER=namespaces scripts/dev-cluster up $cluster --with …"
}

kind_signal() {
  fail "a cluster of kind has its daemons in a container of its own" "LEADSMAN_CLUSTER=namespaces scripts/dev-cluster up $cluster"
}
