#!/usr/bin/env bats
# What helm/leadsman-agent renders, value by value.
# shellcheck disable=SC2016  # the dollars are jq's

load helper

setup_file() { find_helm; }

setup() {
  values=$BATS_TEST_TMPDIR/values.yaml
  write_values "$values"
}

@test "the chart lints, and carries the project's version" {
  "$HELM" lint --strict "$chart" --values "$values"
  local version
  version=$(sed -nE 's/^project\(leadsman VERSION ([0-9.]+).*/\1/p' "$root/CMakeLists.txt")
  grep -qx "appVersion: $version" "$chart/Chart.yaml"
}

@test "the pinned helm of the image is the one that the agent is told to expect" {
  grep -q "^HELM_SHA256=$(sed -n 's/^  sha256: //p' "$chart/values.yaml")$" "$root/scripts/versions.env"
}

@test "by default: these kinds and no others" {
  render
  [ "$(kinds)" = "ConfigMap NetworkPolicy Pod Role RoleBinding Service ServiceAccount StatefulSet" ]
  holds 'all(.[]; .metadata.labels["app.kubernetes.io/instance"] == "leadsman-agent")'
}

@test "one agent with a volume of its own that no second pod can open" {
  render
  of StatefulSet '.spec.replicas == 1'
  of StatefulSet '.spec.volumeClaimTemplates[0].spec | .accessModes == ["ReadWriteOncePod"] and (has("storageClassName") | not)'
  of StatefulSet '.spec.persistentVolumeClaimRetentionPolicy == {whenDeleted: "Retain", whenScaled: "Retain"}'
  render --set state.storageClass=fast --set state.size=5Gi --set state.onUninstall=Delete
  of StatefulSet '.spec.volumeClaimTemplates[0].spec | .storageClassName == "fast" and .resources.requests.storage == "5Gi"'
  of StatefulSet '.spec.persistentVolumeClaimRetentionPolicy.whenDeleted == "Delete"'
}

@test "a claim of the user's instead" {
  render --set state.existingClaim=mine
  of StatefulSet '.spec | has("volumeClaimTemplates") | not'
  of StatefulSet '.spec.template.spec.volumes[] | select(.name == "state") | .persistentVolumeClaim.claimName == "mine"'
}

@test "emptyDir only when it is said, and then with a warning" {
  render --set state.kind=emptyDir
  of StatefulSet '.spec.template.spec.volumes[] | select(.name == "state") | has("emptyDir")'
  run "$HELM" install leadsman-agent "$chart" --dry-run=client --namespace leadsman --values "$values" --set state.kind=emptyDir
  [[ $output == *"WARNING: state.kind is emptyDir"* ]]
  run "$HELM" install leadsman-agent "$chart" --dry-run=client --namespace leadsman --values "$values"
  [[ $status == 0 && $output != *WARNING* ]]
}

# What the restricted Pod Security Standard asks of a pod, and a read-only root beyond it.
k_restricted='
  .securityContext.runAsNonRoot and .securityContext.seccompProfile.type == "RuntimeDefault"
  and .automountServiceAccountToken == false
  and ([has("hostNetwork", "hostPID", "hostIPC")] | any | not)
  and all(.containers[].securityContext;
    .allowPrivilegeEscalation == false and .readOnlyRootFilesystem and .capabilities == {drop: ["ALL"]})
  and all(.volumes[]; has("hostPath") | not)'

@test "agent and test run under the restricted standard, with a read-only root" {
  render --set tests.keySecret.name=key
  of StatefulSet ".spec.template.spec | $k_restricted"
  holds "[.[] | select(.kind == \"Pod\")] | length == 3 and all(.[].spec; $k_restricted)"
}

@test "the token is mounted for the agent's container alone" {
  render
  of ServiceAccount '.automountServiceAccountToken == false'
  of StatefulSet '.spec.template.spec.containers | length == 1'
  of StatefulSet '.spec.template.spec.containers[0].volumeMounts[] | select(.name == "token") | .readOnly and .mountPath == "/var/run/secrets/kubernetes.io/serviceaccount"'
  of StatefulSet '[.spec.template.spec.volumes[] | select(.name == "token").projected.sources[] | keys[]] == ["serviceAccountToken", "configMap", "downwardAPI"]'
  of Pod '[.spec.containers[].volumeMounts[].name] | index("token") == null'
}

@test "everything that is mounted is a volume of the pod" {
  render --set tests.keySecret.name=key --set-json 'clusters=[{"name":"staging","secretName":"s"}]' --set state.existingClaim=mine
  of StatefulSet '.spec.template.spec | ([.volumes[].name] | sort) == ([.containers[].volumeMounts[].name] | sort)'
  holds 'all(.[] | select(.kind == "Pod").spec; ([.volumes[].name] | sort) == ([.containers[].volumeMounts[].name] | sort))'
}

@test "memory follows the number of helm processes" {
  render
  of StatefulSet '.spec.template.spec.containers[0].resources == {requests: {cpu: "100m", memory: "224Mi"}, limits: {memory: "448Mi"}}'
  render --set helm.processes=8
  of StatefulSet '.spec.template.spec.containers[0].resources.requests.memory == "704Mi"'
  config '.helm.processes == 8'
  render --set resources.requests.memory=1Gi
  of StatefulSet '.spec.template.spec.containers[0].resources == {requests: {memory: "1Gi"}}'
}

@test "how long deployments are remembered is the agent's own default unless it is said" {
  render
  config '.retention == {days: 90, "keep-per-release": 20}'
  render --set retention.days=7 --set retention.keepPerRelease=3
  config '.retention == {days: 7, "keep-per-release": 3}'
}

@test "the grace period is longer than what helm may be waited for" {
  render --set longestTimeoutSeconds=900
  of StatefulSet '.spec.template.spec.terminationGracePeriodSeconds == 930'
}

@test "with a certificate: HTTPS in configuration, probes, Service and test" {
  render
  config '.tls == {certificate: "/etc/leadsman-tls/tls.crt", key: "/etc/leadsman-tls/tls.key"} and (has("behind-proxy") | not) and .listen == "0.0.0.0:8443"'
  of StatefulSet '.spec.template.spec.containers[0] | [.startupProbe, .livenessProbe, .readinessProbe] | all(.httpGet.scheme == "HTTPS")'
  of StatefulSet '.spec.template.spec.containers[0] | .readinessProbe.httpGet.path == "/readyz" and .livenessProbe.httpGet.path == "/healthz"'
  of Service '.spec.ports == [{name: "https", port: 443, targetPort: "api"}]'
  of Pod '.spec.containers[0].args == ["doctor", "--agent", "https://leadsman-agent.leadsman.svc:443", "--ca", "/etc/leadsman-ca/ca.crt", "--without-key"]'
}

@test "behind a proxy: plain HTTP, and said so to the agent" {
  render --set tls.secretName= --set tls.behindProxy=true
  config '.["behind-proxy"] and (has("tls") | not)'
  of StatefulSet '.spec.template.spec.containers[0] | [.startupProbe, .livenessProbe, .readinessProbe] | all(.httpGet.scheme == "HTTP")'
  of Service '.spec.ports == [{name: "http", port: 80, targetPort: "api"}]'
  of Pod '.spec.containers[0].args | index("--ca") == null and .[2] == "http://leadsman-agent.leadsman.svc:80"'
}

@test "an IPv6 address stands in brackets" {
  render --set listenHost=::
  config '.listen == "[::]:8443"'
}

@test "each target namespace gets the role for charts and the one for Leadsman itself, and nothing is cluster-wide" {
  render
  holds '[.[] | select(.kind == "RoleBinding") | [.metadata.namespace, .roleRef.kind, .roleRef.name]] | sort
    == [["shop", "ClusterRole", "admin"], ["shop", "Role", "leadsman-leadsman-agent"],
        ["web", "ClusterRole", "admin"], ["web", "Role", "leadsman-leadsman-agent"]]'
  holds 'all(.[] | select(.kind == "RoleBinding").subjects[]; . == {kind: "ServiceAccount", name: "leadsman-agent", namespace: "leadsman"})'
  holds 'all(.[]; .kind | startswith("Cluster") | not)'
}

@test "Leadsman's own rules are enough for what it says that it needs" {
  render
  local verbs verb group resource seen=0
  while IFS='|' read -r verbs group resource; do
    for verb in $verbs; do
      holds "any(.[] | select(.kind == \"Role\").rules[]; (.apiGroups | index(\"$group\")) and (.resources | index(\"$resource\")) and (.verbs | index(\"$verb\")))"
      seen=$((seen + 1))
    done
  done < <(sed -nE 's#^    \{"([a-z ]+)", "([a-z.0-9]*)", "([a-z/]+)", .*#\1|\2|\3#p' "$root/agent/runner/permission/needs.cpp")
  ((seen > 15))
  holds 'any(.[] | select(.kind == "Role").rules[]; .resources == ["leases"] and (.verbs | index("patch")))'
}

@test "other rules and another role, by choice" {
  render --set targets.clusterRole=deployer --set-json 'targets.extraRules=[{"apiGroups":["example.com"],"resources":["things"],"verbs":["*"]}]'
  holds '[.[] | select(.kind == "RoleBinding" and .roleRef.kind == "ClusterRole").roleRef.name] == ["deployer", "deployer"]'
  holds 'all(.[] | select(.kind == "Role"); .rules | any(.apiGroups == ["example.com"]))'
}

@test "cluster-wide only when it is said" {
  render --set targets.clusterWide=true --set-json 'targets.namespaces=[]'
  of ClusterRole '.rules | any(.resources == ["namespaces"] and .verbs == ["create"])'
  holds '[.[] | select(.kind == "ClusterRoleBinding").roleRef.name] | sort == ["admin", "leadsman-leadsman-agent"]'
  holds 'all(.[]; .kind != "Role" and .kind != "RoleBinding")'
}

@test "keys and further clusters arrive in the configuration" {
  render --set-json 'clusters=[{"name":"staging","secretName":"kube-staging"}]'
  config '.access.keys == [{name: "ci", "public-key": "ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", may: ["read", "deploy"], releases: ["shop/*"]}]'
  config '.clusters == {default: {"in-cluster": true}, staging: {kubeconfig: "/etc/leadsman-clusters/staging/kubeconfig"}}'
  of StatefulSet '.spec.template.spec.volumes[] | select(.name == "cluster-staging") | .secret.secretName == "kube-staging" and .secret.items == [{key: "kubeconfig", path: "kubeconfig"}]'
}

@test "a key may be given what belongs to the whole cluster" {
  local key='{"name":"ci","public-key":"ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","may":["deploy"],"releases":["shop/*"],"cluster-scoped":true}'
  render --set-json "access.keys=[$key]"
  config '.access.keys[0]["cluster-scoped"] == true'
}

@test "the agent knows the release that it is part of, and gets what is added to its environment" {
  render --set-json 'env=[{"name":"HTTPS_PROXY","value":"http://proxy:3128"}]'
  of StatefulSet '.spec.template.spec.containers[0].env == [{name: "LEADSMAN_OWN_RELEASE", value: "leadsman/leadsman-agent"}, {name: "HTTPS_PROXY", value: "http://proxy:3128"}]'
  render
  of StatefulSet '.spec.template.spec.containers[0].env == [{name: "LEADSMAN_OWN_RELEASE", value: "leadsman/leadsman-agent"}]'
}

k_chart_sources='charts.sources=[
  {"prefix": "oci://ghcr.example.com/acme", "basicAuthSecret": "ghcr", "caSecret": "company-ca"},
  {"prefix": "oci://charts.internal:5000", "dockerConfigSecret": "pull", "plainHttp": true},
  {"prefix": "https://charts.example.com", "caSecret": "other-ca", "caKey": "root.pem"}]'

@test "charts may be fetched from nowhere unless it is said" {
  render
  config 'has("charts") | not'
}

@test "sources of charts arrive in the configuration, their Secrets as files" {
  render --set-json "$k_chart_sources"
  config '.charts.sources[0] == {prefix: "oci://ghcr.example.com/acme", "username-file": "/etc/leadsman-charts/0/login/username", "password-file": "/etc/leadsman-charts/0/login/password", "ca-file": "/etc/leadsman-charts/0/ca/ca.crt"}'
  config '.charts.sources[1] == {prefix: "oci://charts.internal:5000", "docker-config-file": "/etc/leadsman-charts/1/login/config.json", "plain-http": true}'
  config '.charts.sources[2] == {prefix: "https://charts.example.com", "ca-file": "/etc/leadsman-charts/2/ca/ca.crt"}'
  of StatefulSet '.spec.template.spec.volumes[] | select(.name == "chart-login-0") | .secret | .secretName == "ghcr" and .items == [{key: "username", path: "username"}, {key: "password", path: "password"}] and .defaultMode == 288'
  of StatefulSet '.spec.template.spec.volumes[] | select(.name == "chart-login-1") | .secret | .secretName == "pull" and .items == [{key: ".dockerconfigjson", path: "config.json"}]'
  of StatefulSet '.spec.template.spec.volumes[] | select(.name == "chart-ca-2") | .secret | .secretName == "other-ca" and .items == [{key: "root.pem", path: "ca.crt"}]'
  of StatefulSet '.spec.template.spec | ([.volumes[].name, "state"] | sort) == ([.containers[].volumeMounts[].name] | sort)'
  of StatefulSet '.spec.template.spec.containers[0].volumeMounts[] | select(.name == "chart-login-0") | .mountPath == "/etc/leadsman-charts/0/login" and .readOnly'
}

@test "plugins of one's own arrive in the configuration as they are" {
  render
  config 'has("plugins") | not'
  render --set-json 'plugins=[{"name": "house", "folder": "/opt/house", "digest": "'"$(printf 'a%.0s' {1..64})"'", "grants": ["networking.k8s.io/Ingress"]}]'
  config '.plugins[0] | .name == "house" and .folder == "/opt/house" and .grants == ["networking.k8s.io/Ingress"]'
}

@test "a changed configuration restarts the pod" {
  render
  local before
  before=$(jq -r '.[] | select(.kind == "StatefulSet").spec.template.metadata.annotations["checksum/config"]' <<<"$objects")
  render --set log.level=debug
  of StatefulSet ".spec.template.metadata.annotations[\"checksum/config\"] != \"$before\""
}

@test "the NetworkPolicy lets the port in, and from whom is said, the test too" {
  render
  of NetworkPolicy '.spec.policyTypes == ["Ingress"] and .spec.ingress == [{ports: [{port: "api", protocol: "TCP"}]}]'
  render --set-json 'networkPolicy.ingressFrom=[{"namespaceSelector":{"matchLabels":{"gateway":"yes"}}}]'
  of NetworkPolicy '.spec.ingress[0].from | length == 2 and .[1].podSelector.matchLabels["app.kubernetes.io/name"] == "leadsman-agent-test"'
  render --set networkPolicy.enabled=false
  holds 'all(.[]; .kind != "NetworkPolicy")'
}

@test "egress is held to DNS and the API server by choice" {
  render --set networkPolicy.egress.enabled=true --set-json 'networkPolicy.egress.extra=[{"ports":[{"port":5000}]}]'
  of NetworkPolicy '.spec.policyTypes == ["Ingress", "Egress"] and [.spec.egress[].ports[].port] == [53, 53, 443, 6443, 5000]'
}

@test "a ServiceMonitor by choice, that trusts the certificate" {
  render --set metrics.serviceMonitor.enabled=true --set metrics.serviceMonitor.labels.release=prometheus
  of ServiceMonitor '.metadata.labels.release == "prometheus" and .spec.endpoints[0].port == "https"'
  of ServiceMonitor '.spec.endpoints[0].tlsConfig == {serverName: "leadsman-agent.leadsman.svc", ca: {secret: {name: "agent-tls", key: "ca.crt"}}}'
  render --set metrics.serviceMonitor.enabled=true --set tls.secretName= --set tls.behindProxy=true
  of ServiceMonitor '.spec.endpoints[0] | .scheme == "http" and (has("tlsConfig") | not)'
}

@test "an image by digest" {
  render --set image.digest=sha256:"$(printf '0%.0s' {1..64})"
  of StatefulSet '.spec.template.spec.containers[0].image | startswith("leadsman/agent:") and contains("@sha256:000")'
}

@test "with a key the test looks at the permissions in each namespace" {
  render --set tests.keySecret.name=test-key
  holds '[.[] | select(.kind == "Pod") | .spec.containers[0].args[-3:]] | sort
    == [["--ca", "/etc/leadsman-ca/ca.crt", "--without-key"], ["/etc/leadsman-key/key", "--namespace", "shop"], ["/etc/leadsman-key/key", "--namespace", "web"]]'
  # helm shows the log of a pod only when it has one container; the Service must not select it.
  holds 'all(.[] | select(.kind == "Pod"); (.spec.containers | length == 1) and .metadata.annotations["helm.sh/hook"] == "test"
    and .metadata.labels["app.kubernetes.io/name"] == "leadsman-agent-test")'
  render --set tests.keySecret.name=test-key --set targets.clusterWide=true --set-json 'targets.namespaces=[]'
  holds '[.[] | select(.kind == "Pod") | .metadata.name] | sort == ["leadsman-agent-facilities", "leadsman-agent-reach"]'
}

@test "places in the cluster" {
  render --set nodeSelector.disk=local --set priorityClassName=high --set-json 'tolerations=[{"key":"a","operator":"Exists"}]' \
    --set-json 'affinity={"nodeAffinity":{}}' --set-json 'imagePullSecrets=[{"name":"pull"}]' --set podLabels.team=sre
  of StatefulSet '.spec.template.spec | .nodeSelector.disk == "local" and .priorityClassName == "high" and .tolerations[0].key == "a" and (.affinity | has("nodeAffinity")) and .imagePullSecrets == [{name: "pull"}]'
  of StatefulSet '.spec.template.metadata.labels.team == "sre"'
}

# refused WORDS [flags…]: helm does not render, and the message has the words.
refused() {
  local words=$1
  shift
  run try_render "$@"
  [[ $status != 0 && $output == *"$words"* ]] || {
    echo "wanted a refusal with \"$words\", got $status: $output" >&2
    return 1
  }
}

@test "without the decisions that have no default: one message with all of them" {
  printf '{}\n' >"$values"
  refused "the values need 3 more decision(s)"
  [[ $output == *"targets.namespaces is empty"* && $output == *"access.keys is empty"* && $output == *"tls.secretName is empty"* ]]
}

@test "decisions that contradict each other are refused" {
  refused "tls has both" --set tls.behindProxy=true
  refused "targets has both" --set targets.clusterWide=true
  refused "where the agent itself is" --set-json 'targets.namespaces=["leadsman"]'
  refused "name the account in serviceAccount.name" --set serviceAccount.create=false
  refused "make it NodePort or LoadBalancer" --set service.nodePort=30443
  refused "http://charts.tools is not encrypted" --set-json 'charts.sources=[{"prefix":"http://charts.tools"}]'
  refused "for which dockerConfigSecret has no use" --set-json 'charts.sources=[{"prefix":"https://charts.example.com","dockerConfigSecret":"x"}]'
  refused 'clusters has one named "default"' --set-json 'clusters=[{"name":"default","secretName":"x"}]'
}

@test "words that the schema does not know are refused by name" {
  refused "replicaCount" --set replicaCount=2
  refused "namespace" --set targets.namespace=shop
  refused "secret" --set tls.secret=agent-tls
  refused "/access/keys/0/may/0" --set-json 'access.keys=[{"name":"ci","public-key":"ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","may":["write"],"releases":["shop/*"]}]'
  refused "/access/keys/0/public-key" --set-json 'access.keys=[{"name":"ci","public-key":"ed25519-secret:AAAA","may":["read"],"releases":["shop/*"]}]'
  refused "/access/keys/0/cluster-scoped" --set-json 'access.keys=[{"name":"ci","public-key":"ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","may":["read"],"releases":["shop/*"],"cluster-scoped":"yes"}]'
  refused "/state/accessMode" --set state.accessMode=ReadWriteMany
  refused "/helm/processes" --set helm.processes=0
  refused "/retention/days" --set retention.days=0
  refused "/charts/sources/0/prefix" --set-json 'charts.sources=[{"prefix":"https://ann:secret@charts.example.com"}]'
  refused "/charts/sources/0" --set-json 'charts.sources=[{"prefix":"oci://h","basicAuthSecret":"a","dockerConfigSecret":"b"}]'
  refused "password" --set-json 'charts.sources=[{"prefix":"oci://h","password":"x"}]'
  refused "/targets/namespaces/0" --set-json 'targets.namespaces=["Shop"]'
}
