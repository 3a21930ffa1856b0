# shellcheck shell=bash
# The agent's chart, rendered by the real helm, as JSON for jq.

root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
chart=$root/helm/leadsman-agent

# The decisions that have no default, each of them as a flag of helm.
k_key='{name: ci, public-key: "ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", may: [read, deploy], releases: ["shop/*"]}'

find_helm() {
  HELM=${LEADSMAN_TEST_HELM:-$("$root/scripts/tool-path" helm)}
  export HELM
}

# write_values FILE: what every installation has to decide.
write_values() {
  cat >"$1" <<YAML
targets: {namespaces: [shop, web]}
access: {keys: [$k_key]}
tls: {secretName: agent-tls}
YAML
}

# try_render [flags…]: the chart's text; fails as helm does.
try_render() {
  "$HELM" template leadsman-agent "$chart" --namespace leadsman --values "$values" "$@"
}

# render [flags…]: $objects is a JSON list of what is installed, tests included.
render() {
  local text
  text=$(try_render "$@")
  objects=$(python3 -c 'import json, sys, yaml; json.dump([o for o in yaml.safe_load_all(sys.stdin) if o], sys.stdout)' <<<"$text")
}

# holds JQ_EXPRESSION: over all objects; shows them when it does not hold.
holds() {
  jq -e "$1" <<<"$objects" >/dev/null || {
    echo "does not hold: $1" >&2
    jq -c '.[] | [.kind, .metadata.namespace, .metadata.name]' <<<"$objects" >&2
    return 1
  }
}

# of KIND JQ_EXPRESSION: the only object of that kind.
of() {
  holds "[.[] | select(.kind == \"$1\")] | length == 1"
  holds ".[] | select(.kind == \"$1\") | $2" || {
    jq ".[] | select(.kind == \"$1\")" <<<"$objects" >&2
    return 1
  }
}

# config JQ_EXPRESSION: of the agent's configuration file.
config() {
  jq -r '.[] | select(.kind == "ConfigMap") | .data["agent.yaml"]' <<<"$objects" |
    python3 -c 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)' | jq -e "$1" >/dev/null
}

kinds() { jq -r '[.[].kind] | unique | join(" ")' <<<"$objects"; }
