# shellcheck shell=bash disable=SC2154  # layout.sh sets the variables
# Keys, certificates and kubeconfigs of one cluster.

make_pki() {
  [[ -f "$pki/complete" ]] && return
  mkdir -p "$pki"
  chmod 700 "$pki"
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/ca.key"
  openssl req -x509 -new -key "$pki/ca.key" -subj "/CN=leadsman-dev-$cluster" -days 3650 -out "$pki/ca.crt"
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/service-account.key"
  openssl ec -in "$pki/service-account.key" -pubout -out "$pki/service-account.pub" 2>/dev/null

  make_certificate apiserver /CN=kube-apiserver serverAuth \
    "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:$node_ip,IP:$kubernetes_ip"
  make_certificate apiserver-to-kubelet /O=system:masters/CN=kube-apiserver-to-kubelet clientAuth
  make_identity admin /O=system:masters/CN=admin
  make_identity controller-manager /CN=system:kube-controller-manager
  make_identity scheduler /CN=system:kube-scheduler
  make_identity kubelet "/O=system:nodes/CN=system:node:$cluster"
  make_identity kube-proxy /CN=system:kube-proxy
  touch "$pki/complete"
}

# make_certificate NAME SUBJECT USAGE [ALTERNATIVE_NAMES]
make_certificate() {
  local name=$1 subject=$2 usage=$3 names=${4:-}
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/$name.key"
  openssl req -new -key "$pki/$name.key" -subj "$subject" -out "$pki/$name.csr"
  {
    echo "extendedKeyUsage=$usage"
    [[ -z "$names" ]] || echo "subjectAltName=$names"
  } >"$pki/$name.ext"
  openssl x509 -req -in "$pki/$name.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial \
    -days 3650 -sha256 -extfile "$pki/$name.ext" -out "$pki/$name.crt" 2>/dev/null
  rm "$pki/$name.csr" "$pki/$name.ext"
}

# make_identity NAME SUBJECT: a client certificate and a kubeconfig that carries it.
make_identity() {
  make_certificate "$1" "$2" clientAuth
  write_kubeconfig "$1" >"$pki/$1.kubeconfig"
}

write_kubeconfig() {
  cat <<YAML
apiVersion: v1
kind: Config
current-context: $cluster
contexts: [{name: $cluster, context: {cluster: $cluster, user: $1}}]
clusters:
  - name: $cluster
    cluster:
      server: $api_url
      certificate-authority-data: $(base64 -w 0 "$pki/ca.crt")
users:
  - name: $1
    user:
      client-certificate-data: $(base64 -w 0 "$pki/$1.crt")
      client-key-data: $(base64 -w 0 "$pki/$1.key")
YAML
}

# publish_kubeconfig: the admin's, readable by whoever called sudo.
publish_kubeconfig() {
  install -m 600 -o "${SUDO_UID:-0}" -g "${SUDO_GID:-0}" "$pki/admin.kubeconfig" "$kubeconfig"
}
