{{- define "agent.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* 52: the StatefulSet's pods carry it in a label, with a hash behind. */}}
{{- define "agent.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- /* Names of objects outside of the release's namespace: two agents may serve one namespace. */}}
{{- define "agent.targetName" -}}
{{- printf "%s-%s" .Release.Namespace (include "agent.fullname" .) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "agent.image" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion }}
{{- printf "%s:%s" .Values.image.repository $tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "agent.selectorLabels" -}}
app.kubernetes.io/name: {{ include "agent.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "agent.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "agent.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* Test pods carry labels of their own, so that the Service never selects them. */}}
{{- define "agent.testSelectorLabels" -}}
app.kubernetes.io/name: {{ include "agent.name" . }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "agent.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "agent.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "agent.scheme" -}}
{{- ternary "https" "http" (not (empty .Values.tls.secretName)) }}
{{- end }}

{{- define "agent.servicePort" -}}
{{- .Values.service.port | default (ternary 443 80 (not (empty .Values.tls.secretName))) }}
{{- end }}

{{- define "agent.host" -}}
{{- printf "%s.%s.svc" (include "agent.fullname" .) .Release.Namespace }}
{{- end }}

{{- define "agent.url" -}}
{{- printf "%s://%s:%s" (include "agent.scheme" .) (include "agent.host" .) (include "agent.servicePort" .) }}
{{- end }}

{{- define "agent.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "agent.containerSecurityContext" -}}
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
readOnlyRootFilesystem: true
{{- end }}

{{- /* Measured: the agent takes 16 MiB and more with each follower, a helm process 75 for a small chart. A large one takes
       more, so the limit is twice as high. No limit of CPU: it would only make deployments slower. */}}
{{- define "agent.resources" -}}
{{- if .Values.resources }}
{{- toYaml .Values.resources }}
{{- else }}
{{- $request := add 64 (mul 80 .Values.helm.processes) -}}
requests: {cpu: 100m, memory: {{ $request }}Mi}
limits: {memory: {{ mul 2 $request }}Mi}
{{- end }}
{{- end }}

{{- /* helm is waited for, then the server closes its connections (10 s) and the store its files. */}}
{{- define "agent.gracePeriod" -}}
{{- add .Values.longestTimeoutSeconds 30 }}
{{- end }}

{{- /* What Leadsman itself does in a release's namespace, whatever role is bound beside it. */}}
{{- define "agent.ownRules" -}}
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
# The lease: who may change the release. It is written by merge patches.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, list, watch, create, update, patch]
# The ledger: which revisions are verified.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch, create, update, patch]
# helm's record of a release.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, update, patch, delete]
# Progress, logs of tests, evidence of a failure, proof of a rollback.
- apiGroups: [""]
  resources: [pods, pods/log, events]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [deployments, replicasets, statefulsets, daemonsets]
  verbs: [get, list, watch]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [get, list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [get, list, watch]
{{- with .Values.targets.extraRules }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Decisions that only the operator can take, all of them in one message. */}}
{{- define "agent.checkValues" -}}
{{- $wrong := list }}
{{- if and (not .Values.targets.namespaces) (not .Values.targets.clusterWide) (not .Values.clusters) }}
{{- $wrong = append $wrong "targets.namespaces is empty: list the namespaces where the agent may deploy, or choose all of them by targets.clusterWide: true" }}
{{- end }}
{{- if and .Values.targets.namespaces .Values.targets.clusterWide }}
{{- $wrong = append $wrong "targets has both namespaces and clusterWide: true: decide for one" }}
{{- end }}
{{- if has .Release.Namespace .Values.targets.namespaces }}
{{- $wrong = append $wrong (printf "targets.namespaces has %s, where the agent itself is: a chart deployed there could replace the agent and read its keys; install the agent in a namespace of its own" .Release.Namespace) }}
{{- end }}
{{- if not .Values.access.keys }}
{{- $wrong = append $wrong "access.keys is empty: nobody could ask the agent for anything; `leadsman key generate` prints an entry" }}
{{- end }}
{{- if and (not .Values.tls.secretName) (not .Values.tls.behindProxy) }}
{{- $wrong = append $wrong "tls.secretName is empty: name a Secret with tls.crt and tls.key, or say tls.behindProxy: true when a Gateway or an Ingress in front speaks TLS" }}
{{- end }}
{{- if and .Values.tls.secretName .Values.tls.behindProxy }}
{{- $wrong = append $wrong "tls has both secretName and behindProxy: true: decide for one" }}
{{- end }}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) }}
{{- $wrong = append $wrong "serviceAccount.create is false: name the account in serviceAccount.name" }}
{{- end }}
{{- if and .Values.service.nodePort (ne .Values.service.type "NodePort") (ne .Values.service.type "LoadBalancer") }}
{{- $wrong = append $wrong (printf "service.nodePort is set, but service.type is %s: make it NodePort or LoadBalancer" .Values.service.type) }}
{{- end }}
{{- range .Values.clusters }}
{{- if eq .name "default" }}
{{- $wrong = append $wrong "clusters has one named \"default\": that is the cluster where the agent runs; take another name" }}
{{- end }}
{{- end }}
{{- range .Values.charts.sources }}
{{- if and (hasPrefix "http://" .prefix) (not .plainHttp) }}
{{- $wrong = append $wrong (printf "charts.sources: %s is not encrypted: make it https://, or say plainHttp: true when that is meant" .prefix) }}
{{- end }}
{{- if and .dockerConfigSecret (not (hasPrefix "oci://" .prefix)) }}
{{- $wrong = append $wrong (printf "charts.sources: %s is a repository, for which dockerConfigSecret has no use: name a basicAuthSecret" .prefix) }}
{{- end }}
{{- end }}
{{- if $wrong }}
{{- fail (printf "\n\nthe values need %d more decision(s):\n  - %s\n" (len $wrong) (join "\n  - " $wrong)) }}
{{- end }}
{{- end }}
