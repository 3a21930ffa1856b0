#!/usr/bin/env bats
# What the client says to wrong words and missing things: one clear error, the exit code, nothing started.

load helper
setup() { setup_workplace; }
teardown() { teardown_workplace; }

@test "a typo in a flag is refused with what was probably meant" {
  run "$LEADSMAN" deploy shop --namepsace web
  [ "$status" -eq 2 ]
  [[ "$output" == *"did you mean '--namespace'?"* ]]
}

@test "a typo in the command is refused with what was probably meant" {
  run "$LEADSMAN" statsu
  [ "$status" -eq 2 ]
  [[ "$output" == *"'statsu' is not a command"*"did you mean 'status'?"* ]]
}

@test "an unknown word of a choice is refused and the known ones are listed" {
  run "$LEADSMAN" "${DEPLOY[@]}" --on-failure explode
  [ "$status" -eq 2 ]
  [[ "$output" == *"on-failure"*"explode"*"keep"* ]]
}

@test "a missing chart is refused" {
  run "$LEADSMAN" deploy shop --chart nowhere --namespace shop
  [ "$status" -eq 2 ]
  [[ "$output" == *"nowhere"* ]]
}

@test "a missing values file is refused" {
  run "$LEADSMAN" "${DEPLOY[@]}" --values nowhere.yaml
  [ "$status" -eq 2 ]
  [[ "$output" == *"nowhere.yaml"* ]]
}

@test "broken YAML in a values file is refused with file and line" {
  printf 'a: 1\nb: [\n' >values.yaml
  run "$LEADSMAN" "${DEPLOY[@]}" --values values.yaml
  [ "$status" -eq 2 ]
  [[ "$output" == *"values.yaml:"* ]]
}

@test "an unknown key of leadsman.yaml is refused with file and line" {
  printf 'releases:\n  shop:\n    chrat: chart\n' >leadsman.yaml
  run "$LEADSMAN" deploy shop
  [ "$status" -eq 2 ]
  [[ "$output" == *"leadsman.yaml:3"*"chrat"* ]]
}

@test "a name that no release can have is refused" {
  run "$LEADSMAN" deploy Shop_1 --chart chart --namespace shop
  [ "$status" -eq 2 ]
  [[ "$output" == *"Shop_1"* ]]
}

@test "neither agent nor cluster: says what to give" {
  LEADSMAN_AGENT_BINARY="$FAKE_AGENT" run "$LEADSMAN" "${DEPLOY[@]}"
  [ "$status" -eq 2 ]
  [[ "$output" == *"--agent"*"--kubeconfig"* ]]
}

@test "an agent without a key: says how to get one" {
  run "$LEADSMAN" "${DEPLOY[@]}" --agent https://127.0.0.1:9
  [ "$status" -eq 2 ]
  [[ "$output" == *"leadsman key generate"* ]]
}

@test "an address that is none is refused" {
  run "$LEADSMAN" status shop -n shop --agent agent.example.com
  [ "$status" -eq 2 ]
  [[ "$output" == *"agent"*"https://"* ]]
}

@test "an agent that is not there is unreachable" {
  "$LEADSMAN" key generate --out key >/dev/null
  run "$LEADSMAN" status shop -n shop --agent http://127.0.0.1:9 --key key
  [ "$status" -eq 5 ]
  [[ "$output" == *"127.0.0.1:9"* ]]
}

@test "a kubeconfig that is none is refused without being shown" {
  KUBE_CONFIG_B64="c2VudGluZWw=" LEADSMAN_AGENT_BINARY="$FAKE_AGENT" run "$LEADSMAN" "${DEPLOY[@]}"
  [ "$status" -eq 2 ]
  [[ "$output" != *"c2VudGluZWw="* && "$output" != *"sentinel"* ]]
}

@test "embedded, on-cancel continue is refused" {
  run "$LEADSMAN" "${DEPLOY[@]}" --on-cancel continue
  [ "$status" -eq 2 ]
  [[ "$output" == *"on-cancel"*"outlives the job"* ]]
}

@test "key generate: the private key is for its owner alone and not shown" {
  run "$LEADSMAN" key generate --out key
  [ "$status" -eq 0 ]
  [ "$(stat -c %a key)" = 600 ]
  [[ "$(cat key)" == ed25519-secret:* ]]
  [[ "$output" == *"key: ed25519:"* ]]
  [[ "$output" != *"ed25519-secret:"* ]]
}

@test "key generate never writes over a file" {
  echo mine >key
  run "$LEADSMAN" key generate --out key
  [ "$status" -eq 2 ]
  [ "$(cat key)" = mine ]
}

@test "a key on the command line is refused and not repeated" {
  run "$LEADSMAN" status shop -n shop --key ed25519-secret:c2VudGluZWw=
  [ "$status" -eq 2 ]
  [[ "$output" != *c2VudGluZWw* ]]
}

@test "a wrong private key is refused and not repeated" {
  LEADSMAN_KEY=ed25519-secret:c2VudGluZWw= run "$LEADSMAN" status shop -n shop --agent http://127.0.0.1:9
  [ "$status" -eq 2 ]
  [[ "$output" == *"LEADSMAN_KEY"* ]]
  [[ "$output" != *c2VudGluZWw* ]]
}

@test "doctor names what is wrong and how to mend it" {
  run "$LEADSMAN" doctor --agent http://127.0.0.1:9
  [ "$status" -eq 1 ]
  [[ "$output" == *"✗ address"*"nobody listens there"*"✗ key"*"LEADSMAN_KEY"* ]]
}

@test "doctor asks the agent for the whole deployment when it is given one" {
  start_agent
  run "$LEADSMAN" doctor shop --chart chart --namespace shop --set a=b --agent "$AGENT" --key "$WORK/key" --output json
  [ "$status" -eq 0 ]
  jq -e '.verdict == "ok" and any(.checks[]; .name == "key" and (.found | endswith(" may deploy shop/shop"))) and any(.checks[]; .name == "helm")' <<<"$output"
  grep -q '^PUT /v1/charts/' diary
  sed -n 's/^doctor //p' diary | jq -e '.deployment | .release == {cluster: "default", namespace: "shop", name: "shop"} and .set == ["a=b"]'
}

@test "doctor compares the clocks, which nothing else can set apart on one machine" {
  FAKE_CLOCK=300 start_agent
  run "$LEADSMAN" doctor --agent "$AGENT" --key "$WORK/key"
  [ "$status" -eq 1 ]
  [[ "$output" == *"✗ clock"*"behind the agent's; at most 1m 0s is allowed"*"NTP"* ]]
}

@test "doctor with a chart that is not there says so before it asks anybody" {
  start_agent
  run "$LEADSMAN" doctor shop --chart nowhere --namespace shop --agent "$AGENT" --key "$WORK/key"
  [ "$status" -eq 2 ]
  [[ "$output" == *nowhere* ]]
  refute grep -q doctor diary
}

@test "doctor without a key looks at what needs none, and is content with that" {
  start_agent
  run env -u LEADSMAN_KEY "$LEADSMAN" doctor --agent "$AGENT" --without-key
  [ "$status" -eq 0 ]
  [[ "$output" == *"✓ address"*"✓ agent"* && "$output" != *key* ]]
  [ "$(grep -E '^(GET|HEAD|POST|PUT) ' diary)" = $'GET /v1/openapi.json\nGET /readyz' ]
  run "$LEADSMAN" doctor --agent http://127.0.0.1:9 --without-key --patience 1s
  [ "$status" -eq 1 ]
  [[ "$output" == *"✗ address"* ]]
}
