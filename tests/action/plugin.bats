#!/usr/bin/env bats
# leadsman plugin check: the client becomes the agent beside it, which tries the plugin. No cluster is needed.

load helper
setup() {
  setup_workplace
  SOURCES="$(realpath "$BATS_TEST_DIRNAME/../..")"
  SHIPPED="$(dirname "$LEADSMAN")/plugins"
}
teardown() { teardown_workplace; }

@test "the example in a scripting language keeps to the protocol" {
  run "$LEADSMAN" plugin check "$SOURCES/plugins/example"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"It keeps to the protocol."* ]]
}

@test "the shipped plugins keep to the protocol, and are what plugins.json says" {
  local name count=0
  while IFS= read -r name; do
    run "$LEADSMAN" plugin check "$SHIPPED/$name"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "$output" == *"digest $(jq -r --arg name "$name" '.plugins[] | select(.name == $name).digest' "$SHIPPED/plugins.json")"* ]]
    count=$((count + 1))
  done < <(jq -r '.plugins[].folder' "$SHIPPED/plugins.json")
  [ "$count" -ge 1 ]
}

@test "a router is tried out with its samples" {
  run "$LEADSMAN" plugin check "$SHIPPED/gateway-api"
  [[ "$output" == *"✓ router.inspect finds the weight that was set"* ]]
  [[ "$output" == *"✓ router.release leaves the sample as it was"* ]]
}

@test "a plugin that breaks the protocol is told point by point, with exit code 1" {
  mkdir odd
  printf '{"name": "odd", "version": "1", "protocol": 1, "kinds": ["metric"], "program": "run"}' >odd/plugin.json
  printf '#!/bin/sh\necho Hello\ncat >/dev/null\n' >odd/run
  chmod +x odd/run
  run "$LEADSMAN" plugin check odd
  echo "$output"
  [ "$status" -eq 1 ]
  [[ "$output" == *"✗ says nothing before it is asked"*"it wrote 'Hello'"* ]]
}

@test "a folder without a manifest is no plugin" {
  mkdir empty
  run "$LEADSMAN" plugin check empty
  [ "$status" -eq 1 ]
  [[ "$output" == *"there is no plugin.json"* ]]
}

@test "without an agent beside it the client says so" {
  LEADSMAN_AGENT_BINARY=$WORK/nowhere run "$LEADSMAN" plugin check chart
  [ "$status" -eq 2 ]
  [[ "$output" == *"leadsman-agent"* ]]
}
