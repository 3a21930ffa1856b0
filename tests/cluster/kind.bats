#!/usr/bin/env bats
# Which way dev-cluster takes, held against stand-ins for docker and kind.

setup() {
  SCRIPTS=$BATS_TEST_DIRNAME/../../scripts
  mkdir "$BATS_TEST_TMPDIR/bin"
  export CALLS=$BATS_TEST_TMPDIR/calls XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
  stand_in kind 'echo "kind $*" >>"$CALLS"'
  export PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

stand_in() {
  printf '#!/bin/sh\n%s\n' "$2" >"$BATS_TEST_TMPDIR/bin/$1"
  chmod +x "$BATS_TEST_TMPDIR/bin/$1"
}

@test "where a Docker daemon answers, up creates a kind cluster of that name" {
  stand_in docker 'exit 0'
  run "$SCRIPTS/dev-cluster" up bats-kind
  [[ "$status" == 0 ]]
  grep -q "^kind create cluster --name bats-kind --kubeconfig $XDG_CACHE_HOME/leadsman/kind/bats-kind.kubeconfig" "$CALLS"
}

@test "load-image and down go to kind too" {
  stand_in docker 'exit 0'
  touch "$BATS_TEST_TMPDIR/image.tar"
  "$SCRIPTS/dev-cluster" load-image bats-kind "$BATS_TEST_TMPDIR/image.tar"
  "$SCRIPTS/dev-cluster" down bats-kind
  grep -qx "kind load image-archive $BATS_TEST_TMPDIR/image.tar --name bats-kind" "$CALLS"
  grep -q "^kind delete cluster --name bats-kind" "$CALLS"
}

@test "a gateway is not for kind: up says so and goes on, its address is an error" {
  stand_in docker 'exit 0'
  run "$SCRIPTS/dev-cluster" up bats-kind --with gateway
  [[ "$status" == 0 && "$output" == *"gets no gateway"* ]]
  run "$SCRIPTS/dev-cluster" address bats-kind gateway
  [[ "$status" == 1 && "$output" == *"kind has none"* ]]
}

@test "a Docker client without a daemon is no reason for kind" {
  stand_in docker 'exit 1'
  run "$SCRIPTS/dev-cluster" status bats-kind
  [[ "$output" == *"bats-kind: not up"* ]]
  [[ ! -e "$CALLS" ]]
}
