#!/usr/bin/env bats
# scripts/check-coroutines on small files of its own.

setup() {
  CHECK=$BATS_TEST_DIRNAME/../../scripts/check-coroutines
  TREE=$BATS_TEST_TMPDIR/tree
  mkdir -p "$TREE"/{agent/base,action,tests}
}

# finds WHAT CODE: in the third line of a function.
finds() {
  printf 'task<void> f() {\n  int before = 0;\n  %s\n}\n' "$2" >"$TREE/agent/base/f.cpp"
  run "$CHECK" "$TREE"
  echo "$2: $output"
  [ "$status" -eq 1 ]
  [ "$output" = "error: agent/base/f.cpp:3: $1; give it a name first" ]
}

passes() {
  printf 'task<void> f() {\n  %s\n}\n' "$1" >"$TREE/agent/base/f.cpp"
  run "$CHECK" "$TREE"
  echo "$1: $output"
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}

@test "co_await in a condition" {
  finds 'co_await in a condition' 'while (co_await next()) go();'
  finds 'co_await in a condition' 'if (!co_await next()) co_return;'
  finds 'co_await in a condition' 'if (ready && (co_await next()).ok()) co_return;'
  finds 'co_await in a condition' 'if (const auto x = co_await next(); x) co_return;'
  finds 'co_await in a condition' 'switch (co_await next()) {}'
}

@test "a condition that spans lines is reported where the co_await is" {
  printf 'task<void> f() {\n  if (before ==\n      co_await next()) co_return;\n}\n' >"$TREE/agent/base/f.cpp"
  run "$CHECK" "$TREE"
  [[ $status == 1 && $output == "error: agent/base/f.cpp:3: co_await in a condition"* ]]
}

@test "co_await in ?:" {
  finds 'co_await in ?:' 'int x = ready ? co_await next() : 0;'
  finds 'co_await in ?:' 'int x = co_await next() ? 1 : 0;'
  finds 'co_await in ?:' 'use(ready ? f(co_await next()) : 0);'
  finds 'co_await in ?:' 'int x = (co_await next()).ok() ? 1 : 0;'
}

@test "braced temporaries in what is awaited or spawned" {
  finds 'a braced temporary in what is awaited or spawned' 'co_await f({1, 2});'
  finds 'a braced temporary in what is awaited or spawned' 'co_await f(point{1, 2});'
  finds 'a braced temporary in what is awaited or spawned' 'co_await f(std::vector<int>{});'
  finds 'a braced temporary in what is awaited or spawned' 'LEADSMAN_CO_TRY(auto x, co_await f(a, g({1})));'
  finds 'a braced temporary in what is awaited or spawned' 'asio::co_spawn(io, f({1, 2}), done);'
}

@test "lambdas that are coroutines, as temporaries" {
  finds 'a lambda is awaited as a temporary' 'co_await [&]() -> task<void> { co_return; }();'
  finds 'a lambda that is a coroutine is given to co_spawn as a temporary' 'asio::co_spawn(io, [x] () mutable -> task<void> { co_return; }, done);'
}

@test "the same things with names of their own, and what only looks like them" {
  passes 'const bool more = co_await next(); while (more) go();'
  passes 'if (ready) co_await next();'
  passes 'if (ready) LEADSMAN_CO_CHECK(co_await next());'
  passes 'co_await wire.close(stopping ? soon : later);'
  passes 'int x = co_await next(), y = ready ? 1 : 0;'
  passes 'auto next = f({1, 2}); co_await std::move(next);'
  passes 'asio::co_spawn(io, std::move(c), [name = std::move(n)](std::exception_ptr e) { ended(name, e); });'
  passes 'spawn(io, "x", [this] { return run(); }); if (auto v = 1; v) { co_await f(); }'
  passes 'for (;;) { co_await f(); if (ready) { break; } }'
  passes '// while (co_await f()) traps'
  passes 'log("if (co_await f({1})) ? a : b"); co_await g('"'\"'"');'
}

@test "includes are no calls, and the other folders are looked at too" {
  printf '#include <boost/asio/co_spawn.hpp>\n\nstruct point {\n  int x{};\n};\n' >"$TREE/agent/base/point.hpp"
  run "$CHECK" "$TREE"
  [ "$status" -eq 0 ]
  for folder in action tests; do
    printf 'task<void> f() { if (co_await g()) co_return; }\n' >"$TREE/$folder/g.cpp"
    run "$CHECK" "$TREE"
    [[ $status == 1 && $output == "error: $folder/g.cpp:1: "* ]]
    rm "$TREE/$folder/g.cpp"
  done
}
