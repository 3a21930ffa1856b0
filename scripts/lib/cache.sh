# shellcheck shell=bash
# The user's cache: <cache>/<tool>/<version>/…, complete or absent, never half.

cache_dir() {
  printf '%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}/leadsman"
}

sha256_of() {
  sha256sum "$1" | cut -d ' ' -f 1
}

check_sha256() {
  local file=$1 wanted=$2 found
  found=$(sha256_of "$file")
  [[ "$found" == "$wanted" ]] ||
    fail "$(basename "$file") is not the pinned one" "wanted sha256 $wanted" "found  sha256 $found"
}

# hash_of_sources FOLDER: eight digits that change when a file in it does.
hash_of_sources() {
  (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | sha256sum | cut -c 1-8
}

# fill_cache FOLDER COMMAND…: unless FOLDER exists, calls COMMAND… with a temporary
# folder as its last argument and puts that in place in one step. Safe to race.
fill_cache() {
  local folder=$1 parent unfinished
  shift
  [[ -d "$folder" ]] && return
  parent=$(dirname "$folder")
  mkdir -p "$parent"
  (
    exec 8>"$parent/.lock"
    if ! flock --nonblock 8; then
      say "waiting for another process that fetches $(basename "$parent")"
      flock 8
    fi
    [[ -d "$folder" ]] && exit 0
    find "$parent" -maxdepth 1 -name '.unfinished.*' -exec rm -rf {} +
    unfinished=$(mktemp -d "$parent/.unfinished.XXXXXX")
    chmod 755 "$unfinished"
    "$@" "$unfinished"
    mv "$unfinished" "$folder"
  )
}
