#!/usr/bin/env bats
# The Go programs that tests are made with pass their own.

setup() {
  SCRIPTS=$BATS_TEST_DIRNAME/../../scripts
  # shellcheck source=/dev/null
  source "$SCRIPTS/lib/all.sh"
  use_go
}

tests_of() {
  CGO_ENABLED=0 GOFLAGS='' go -C "$BATS_TEST_DIRNAME/../$1" test ./...
}

@test "the demo application" {
  tests_of demo-app
}

@test "the load generator" {
  tests_of traffic
}
