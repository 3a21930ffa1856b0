# The agent as its chart installs it, reached over TLS from outside of the cluster's pods.

# furnish_cluster: the agent's image, its namespaces, volume, key and certificate; then `install_agent` may be called.
furnish_cluster() {
  clear_away
  LEADSMAN_BIN=$LEADSMAN_BIN "$root/scripts/build-image" "$BATS_FILE_TMPDIR/agent.tar" e2e
  "$root/scripts/dev-cluster" load-image "$LEADSMAN_TEST_CLUSTER" "$BATS_FILE_TMPDIR/agent.tar"
  "$kubectl" create namespace e2e-agent
  "$kubectl" label namespace e2e-agent pod-security.kubernetes.io/enforce=restricted
  "$kubectl" create namespace e2e-shop
  "$kubectl" create namespace e2e-closed
  make_volume
  leadsman key generate --out "$key" | sed -n 's/.*public-key: //p' >"$key.public"
  "$kubectl" -n e2e-agent create secret generic agent-key --from-file=key="$key"
  make_certificate
  write_values
}

settle_names() {
  key=$BATS_FILE_TMPDIR/key
  ca=$BATS_FILE_TMPDIR/ca.crt
  values=$BATS_FILE_TMPDIR/values.yaml
  volume=$(dirname "$LEADSMAN_TEST_KUBECONFIG")/e2e-agent-volume
  node_ip=$("$kubectl" get nodes -o 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}')
  address=https://$node_ip:30443
}

clear_away() {
  "$kubectl" delete namespace e2e-agent e2e-shop e2e-closed --ignore-not-found --wait=true
  "$kubectl" delete persistentvolume e2e-agent --ignore-not-found --wait=true
  rm -rf "$volume"
}

# The cluster has no provisioner; a local volume is one that the kubelet gives to the pod's group.
make_volume() {
  local node
  node=$("$kubectl" get nodes -o 'jsonpath={.items[0].metadata.name}')
  mkdir -p "$volume"
  "$kubectl" apply -f - <<YAML
apiVersion: v1
kind: PersistentVolume
metadata: {name: e2e-agent}
spec:
  capacity: {storage: 2Gi}
  accessModes: [ReadWriteOncePod]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: e2e-agent
  local: {path: $volume}
  nodeAffinity:
    required:
      nodeSelectorTerms:
        - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [$node]}]
YAML
}

# make_certificate: a new one of the same authority each time, into the Secret.
make_certificate() {
  local folder=$BATS_FILE_TMPDIR
  if [[ ! -e "$ca" ]]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=e2e authority" \
      -keyout "$folder/ca.key" -out "$ca" 2>/dev/null
  fi
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=leadsman-agent" \
    -keyout "$folder/tls.key" -out "$folder/tls.csr" 2>/dev/null
  openssl x509 -req -in "$folder/tls.csr" -CA "$ca" -CAkey "$folder/ca.key" -CAcreateserial -days 2 \
    -extfile <(echo "subjectAltName=IP:$node_ip,DNS:leadsman-agent.e2e-agent.svc") -out "$folder/tls.crt" 2>/dev/null
  "$kubectl" -n e2e-agent create secret generic agent-tls --type=kubernetes.io/tls --dry-run=client -o yaml \
    --from-file="$folder/tls.crt" --from-file="$folder/tls.key" --from-file="$ca" | "$kubectl" apply -f -
}

write_values() {
  cat >"$values" <<YAML
image: {tag: e2e}
targets: {namespaces: [e2e-shop]}
access:
  keys:
    - {name: ci, public-key: "$(<"$key.public")", may: [read, deploy, rollback, cancel], releases: ["*/*"]}
tls: {secretName: agent-tls}
service: {type: NodePort, nodePort: 30443}
state: {storageClass: e2e-agent, onUninstall: Delete}
tests: {keySecret: {name: agent-key}}
YAML
}

in_cluster() { "$root/scripts/dev-cluster" exec "$LEADSMAN_TEST_CLUSTER" "$@"; }

outside() { in_cluster env -u KUBECONFIG "$LEADSMAN_BIN/leadsman" "$@" --agent "$address" --ca "$ca" --key "$key" </dev/null; }

# deploy_in NAMESPACE TAG [flags...]: the release "shop".
deploy_in() {
  outside deploy shop --chart "$root/helm/demo" --namespace "$1" --set "image.tag=$2" --set replicaCount=1 \
    --set preStopSeconds=0 --timeout 60s "${@:3}"
}

install_agent() {
  "$LEADSMAN_HELM" upgrade --install leadsman-agent "$root/helm/leadsman-agent" --namespace e2e-agent \
    --values "$values" --wait --timeout 180s "$@"
}
