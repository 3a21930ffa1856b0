{{- /* The agent's configuration file. It holds no secret: of a caller's key it knows the public half. */}}
{{- define "agent.config" -}}
name: {{ printf "%s/%s" .Release.Namespace (include "agent.fullname" .) | quote }}
listen: {{ printf "%s:%v" (ternary (printf "[%s]" .Values.listenHost) .Values.listenHost (contains ":" .Values.listenHost)) .Values.listenPort | quote }}
{{- if .Values.tls.secretName }}
tls: {certificate: /etc/leadsman-tls/tls.crt, key: /etc/leadsman-tls/tls.key}
{{- end }}
{{- if .Values.tls.behindProxy }}
behind-proxy: true
{{- end }}
# Not the volume itself: whoever provides it may own it, and the agent keeps this folder to itself.
state: /var/lib/leadsman/state
clusters:
  default: {in-cluster: true}
  {{- range .Values.clusters }}
  {{ .name }}:
    kubeconfig: /etc/leadsman-clusters/{{ .name }}/kubeconfig
    {{- with .context }}
    context: {{ . | quote }}
    {{- end }}
  {{- end }}
access:
  keys:
    {{- toYaml .Values.access.keys | nindent 4 }}
{{- with .Values.charts.sources }}
charts:
  sources:
    {{- range $index, $source := . }}
    - prefix: {{ .prefix | quote }}
      {{- if .basicAuthSecret }}
      username-file: /etc/leadsman-charts/{{ $index }}/login/username
      password-file: /etc/leadsman-charts/{{ $index }}/login/password
      {{- else if .dockerConfigSecret }}
      docker-config-file: /etc/leadsman-charts/{{ $index }}/login/config.json
      {{- end }}
      {{- if .caSecret }}
      ca-file: /etc/leadsman-charts/{{ $index }}/ca/ca.crt
      {{- end }}
      {{- if .plainHttp }}
      plain-http: true
      {{- end }}
    {{- end }}
{{- end }}
{{- with .Values.probes }}
probes:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.plugins }}
plugins:
  {{- toYaml . | nindent 2 }}
{{- end }}
helm:
  path: /usr/bin/helm
  {{- with .Values.helm.sha256 }}
  sha256: {{ . }}
  {{- end }}
  processes: {{ .Values.helm.processes }}
retention: {days: {{ .Values.retention.days }}, keep-per-release: {{ .Values.retention.keepPerRelease }}}
log: {level: {{ .Values.log.level }}, format: {{ .Values.log.format }}}
{{- end }}
