# shellcheck shell=bash
# Container images without Docker: one static binary in a docker-archive tar.

# write_image OUT.tar BINARY REPOSITORY TAG [KEY=VALUE]… [-- TAG [KEY=VALUE]…]…
# All tags share the one layer; KEY=VALUE goes into that tag's environment.
write_image() {
  local out=$1 binary=$2 repository=$3 work layer entries=''
  shift 3
  work=$(mktemp -d)
  mkdir "$work/root" "$work/image"
  install -m 755 "$binary" "$work/root/$(basename "$binary")"
  pack_tar "$work/root" "$work/image/layer.tar"
  layer=$(sha256_of "$work/image/layer.tar")
  while (($#)); do
    local tag=$1 environment=''
    shift
    while (($#)) && [[ "$1" != -- ]]; do
      environment+="${environment:+,}\"$1\""
      shift
    done
    (($#)) && shift
    write_image_config "$work/image/$tag.json" "$(basename "$binary")" "$layer" "$environment"
    entries+="${entries:+,}{\"Config\":\"$tag.json\",\"RepoTags\":[\"$repository:$tag\"],\"Layers\":[\"layer.tar\"]}"
  done
  printf '[%s]\n' "$entries" >"$work/image/manifest.json"
  pack_tar "$work/image" "$work/image.tar"
  mv "$work/image.tar" "$out"
  rm -rf "$work"
}

# write_image_config FILE BINARY LAYER_SHA256 ENVIRONMENT
write_image_config() {
  cat >"$1" <<JSON
{"architecture":"amd64","os":"linux","created":"2000-01-01T00:00:00Z",
"config":{"Entrypoint":["/$2"],"User":"65532:65532","Env":[$4]},
"rootfs":{"type":"layers","diff_ids":["sha256:$3"]}}
JSON
}

# pack_tar FOLDER OUT.tar: the same bytes for the same files.
pack_tar() {
  tar -C "$1" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu -cf "$2" .
}
