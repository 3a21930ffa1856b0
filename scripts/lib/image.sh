# shellcheck shell=bash
# Container images without Docker: a docker-archive tar with one layer.

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
    write_image_config "$work/image/$tag.json" "/$(basename "$binary")" "$layer" "$environment"
    entries+="${entries:+,}{\"Config\":\"$tag.json\",\"RepoTags\":[\"$repository:$tag\"],\"Layers\":[\"layer.tar\"]}"
  done
  printf '[%s]\n' "$entries" >"$work/image/manifest.json"
  pack_tar "$work/image" "$work/image.tar"
  mv "$work/image.tar" "$out"
  rm -rf "$work"
}

# write_folder_image OUT.tar FOLDER ENTRYPOINT REPOSITORY TAG [KEY=VALUE]…: the folder becomes the root.
write_folder_image() {
  local out=$1 folder=$2 entrypoint=$3 repository=$4 tag=$5 work layer environment
  shift 5
  work=$(mktemp -d)
  mkdir "$work/image"
  pack_tar "$folder" "$work/image/layer.tar"
  layer=$(sha256_of "$work/image/layer.tar")
  environment=$(printf '"%s",' "$@")
  write_image_config "$work/image/$tag.json" "$entrypoint" "$layer" "${environment%,}"
  printf '[{"Config":"%s.json","RepoTags":["%s:%s"],"Layers":["layer.tar"]}]\n' "$tag" "$repository" "$tag" >"$work/image/manifest.json"
  pack_tar "$work/image" "$work/image.tar"
  mv "$work/image.tar" "$out"
  rm -rf "$work"
}

# write_image_config FILE ENTRYPOINT LAYER_SHA256 ENVIRONMENT
write_image_config() {
  cat >"$1" <<JSON
{"architecture":"amd64","os":"linux","created":"2000-01-01T00:00:00Z",
"config":{"Entrypoint":["$2"],"User":"65532:65532","Env":[$4]},
"rootfs":{"type":"layers","diff_ids":["sha256:$3"]}}
JSON
}

# pack_tar FOLDER OUT.tar: the same bytes for the same files.
pack_tar() {
  tar -C "$1" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu -cf "$2" .
}
