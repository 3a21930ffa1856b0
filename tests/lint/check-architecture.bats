#!/usr/bin/env bats
# scripts/check-architecture on small trees of its own.
# shellcheck disable=SC2016  # the backquotes are Markdown's

setup() {
  CHECK=$BATS_TEST_DIRNAME/../../scripts/check-architecture
  TREE=$BATS_TEST_TMPDIR/tree
  mkdir -p "$TREE"/{docs,action,agent/base,agent/model,agent/flow}
  write_table '| `agent/base/` | b | std |' '| `agent/model/` | m | base |' '| `agent/flow/` | f | `model` |' '| `action/` | a | model |'
  include agent/base/error.hpp '<string>'
  include agent/model/step.hpp '"base/error.hpp"'
  include agent/flow/rolling.cpp '"flow/rolling.hpp"'
  include action/main.cpp '"action/input.hpp"'
}

write_table() {
  {
    printf '# Architecture\n\n| folder | what | may include |\n|---|---|---|\n'
    printf '%s\n' "$@"
  } >"$TREE/docs/ARCHITECTURE.md"
}

include() {
  printf '#pragma once\n\n#include %s\n' "$2" >"$TREE/$1"
}

@test "a tree that follows its table passes, with what is reached by way of others" {
  include agent/flow/next.cpp '"base/error.hpp"'
  run "$CHECK" "$TREE"
  [[ "$status" == 0 && -z "$output" ]]
}

@test "a forbidden include is reported with file and line, and with what is allowed" {
  include agent/model/step.hpp '"flow/rolling.hpp"'
  run "$CHECK" "$TREE"
  [[ "$status" == 1 ]]
  [[ "$output" == *'agent/model/step.hpp:3: model may not include "flow/rolling.hpp"'*'it may include: base'* ]]
}

@test "nobody in the agent may include the client" {
  include agent/flow/next.cpp '"action/input.hpp"'
  run "$CHECK" "$TREE"
  [[ "$status" == 1 && "$output" == *'flow may not include "action/input.hpp"'* ]]
}

@test "an include of a folder that does not exist is reported" {
  include agent/flow/next.cpp '"utils/text.hpp"'
  run "$CHECK" "$TREE"
  [[ "$status" == 1 && "$output" == *'agent/flow/next.cpp:3'*'there is no folder utils'* ]]
}

@test "an include without a folder is reported" {
  include agent/flow/next.cpp '"rolling.hpp"'
  run "$CHECK" "$TREE"
  [[ "$status" == 1 && "$output" == *'without its folder'* ]]
}

@test "a folder without a row and a row without a folder are reported" {
  mkdir "$TREE/agent/helpers"
  include agent/helpers/misc.hpp '<string>'
  rm -r "$TREE/agent/flow"
  run "$CHECK" "$TREE"
  [[ "$status" == 1 ]]
  [[ "$output" == *'the folder helpers has no row'* ]]
  [[ "$output" == *'there is no folder flow'* ]]
}

@test "a circle in the table is reported" {
  write_table '| `agent/base/` | b | flow |' '| `agent/model/` | m | base |' '| `agent/flow/` | f | model |' '| `action/` | a | model |'
  run "$CHECK" "$TREE"
  [[ "$status" == 1 && "$output" == *'may include itself by way of others'* ]]
}

@test "a page without its table is an error, not a pass" {
  echo '# Architecture' >"$TREE/docs/ARCHITECTURE.md"
  run "$CHECK" "$TREE"
  [[ "$status" == 1 && "$output" == *'has no table of folders'* ]]
}
