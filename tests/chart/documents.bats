#!/usr/bin/env bats
# docs/operations.md and the dashboard speak of values and metrics that exist, and of all of them; the Dockerfile of all that
# the build reads.

load helper

# Names that the programs print, from their sources.
known_metrics() {
  grep -rhoE '\bleadsman_[a-z_]+(total|running|waiting|info|connections|streams)\b' "$root/agent/http/metrics.cpp" "$root/agent/runner/release_view.cpp" | sort -u
}

named_metrics() { grep -ohE '\bleadsman_[a-z_]+' "$1" | sort -u; }

@test "the dashboard shows every metric, and none that does not exist" {
  jq -e '.panels | length > 5' "$root/docs/grafana-dashboard.json"
  diff <(known_metrics) <(named_metrics "$root/docs/grafana-dashboard.json")
}

@test "the operations page describes every metric, and none that does not exist" {
  diff <(known_metrics) <(named_metrics "$root/docs/operations.md")
}

@test "the table of values names every value of the chart" {
  local path
  python3 - "$chart/values.yaml" >"$BATS_TEST_TMPDIR/paths" <<'PYTHON'
import sys, yaml
def walk(value, path):
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            walk(inner, path + [key])
    else:
        print(".".join(path))
walk(yaml.safe_load(open(sys.argv[1])), [])
PYTHON
  [ "$(wc -l <"$BATS_TEST_TMPDIR/paths")" -gt 40 ]
  while read -r path; do
    grep -qF "\`$path\`" "$root/docs/operations.md" || { echo "not described: $path" >&2; return 1; }
  done <"$BATS_TEST_TMPDIR/paths"
}

@test "the table of values names none that the chart does not have" {
  local path
  while read -r path; do
    python3 - "$chart/values.yaml" "$path" <<'PYTHON' || { echo "no such value: $path" >&2; return 1; }
import sys, yaml
value = yaml.safe_load(open(sys.argv[1]))
for key in sys.argv[2].split("."):
    value = value[key]
PYTHON
  done < <(sed -n '/^## Values/,/^## Make/p' "$root/docs/operations.md" | grep '^| `' | cut -d '|' -f 2 | grep -oE '`[^`]+`' | tr -d '`')
}

@test "the Dockerfile copies whatever the build reads" {
  local path
  grep -rhoE '\$\{PROJECT_SOURCE_DIR\}/[A-Za-z./_-]+' "$root/CMakeLists.txt" "$root/cmake" "$root/agent" "$root/action" "$root/plugins" --include=CMakeLists.txt --include='*.cmake' |
    cut -d/ -f2- | grep -v '^tests' | sort -u >"$BATS_TEST_TMPDIR/read"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/read")" -gt 2 ]
  while read -r path; do
    grep -qE "^COPY (${path%%/*}|$path) " "$root/scripts/image/Dockerfile" || { echo "not copied: $path" >&2; return 1; }
    grep -qxE "!(${path%%/*}|$path)" "$root/scripts/image/Dockerfile.dockerignore" || { echo "ignored: $path" >&2; return 1; }
  done <"$BATS_TEST_TMPDIR/read"
}
