{{- define "agent.podSpec" -}}
serviceAccountName: {{ include "agent.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ include "agent.gracePeriod" . }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "agent.podSecurityContext" . | nindent 2 }}
  fsGroup: 65532
  # Only once: later it would open the agent's private files to the group again.
  fsGroupChangePolicy: OnRootMismatch
containers:
  - name: agent
    image: {{ include "agent.image" . | quote }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    env:
      # What it is part of itself it does not deploy.
      - {name: LEADSMAN_OWN_RELEASE, value: {{ printf "%s/%s" .Release.Namespace .Release.Name | quote }}}
      {{- with .Values.env }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    ports:
      - {name: api, containerPort: {{ .Values.listenPort }}}
    # Taking up what was under way may begin with a migration of the store.
    startupProbe:
      httpGet: {{ include "agent.probe" (list . "/healthz") }}
      periodSeconds: 2
      failureThreshold: 60
    # The store answers.
    readinessProbe:
      httpGet: {{ include "agent.probe" (list . "/readyz") }}
      periodSeconds: 5
      timeoutSeconds: 3
    # Patient: a restart interrupts helm.
    livenessProbe:
      httpGet: {{ include "agent.probe" (list . "/healthz") }}
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 6
    resources:
      {{- include "agent.resources" . | nindent 6 }}
    securityContext:
      {{- include "agent.containerSecurityContext" . | nindent 6 }}
    volumeMounts:
      - {name: state, mountPath: /var/lib/leadsman}
      - {name: config, mountPath: /etc/leadsman, readOnly: true}
      - {name: tmp, mountPath: /tmp}
      - {name: token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
      {{- if .Values.tls.secretName }}
      - {name: tls, mountPath: /etc/leadsman-tls, readOnly: true}
      {{- end }}
      {{- range .Values.clusters }}
      - {name: cluster-{{ .name }}, mountPath: /etc/leadsman-clusters/{{ .name }}, readOnly: true}
      {{- end }}
      {{- range $index, $source := .Values.charts.sources }}
      {{- if or .basicAuthSecret .dockerConfigSecret }}
      - {name: chart-login-{{ $index }}, mountPath: /etc/leadsman-charts/{{ $index }}/login, readOnly: true}
      {{- end }}
      {{- if .caSecret }}
      - {name: chart-ca-{{ $index }}, mountPath: /etc/leadsman-charts/{{ $index }}/ca, readOnly: true}
      {{- end }}
      {{- end }}
{{- with (include "agent.scheduling" . | trim) }}
{{- . | nindent 0 }}
{{- end }}
volumes:
  {{- if eq .Values.state.kind "emptyDir" }}
  - {name: state, emptyDir: {sizeLimit: {{ .Values.state.size }}}}
  {{- else if .Values.state.existingClaim }}
  - {name: state, persistentVolumeClaim: {claimName: {{ .Values.state.existingClaim }}}}
  {{- end }}
  - {name: config, configMap: {name: {{ include "agent.fullname" . }}}}
  - {name: tmp, emptyDir: {sizeLimit: 256Mi}}
  # What the kubelet would mount into every container of the pod.
  - name: token
    projected:
      sources:
        - serviceAccountToken: {path: token, expirationSeconds: 3607}
        - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
        - downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}
  {{- with .Values.tls.secretName }}
  - name: tls
    secret: {secretName: {{ . }}, items: [{key: tls.crt, path: tls.crt}, {key: tls.key, path: tls.key}], defaultMode: 0440}
  {{- end }}
  {{- range .Values.clusters }}
  - name: cluster-{{ .name }}
    secret: {secretName: {{ .secretName }}, items: [{key: {{ .key | default "kubeconfig" }}, path: kubeconfig}], defaultMode: 0440}
  {{- end }}
  {{- range $index, $source := .Values.charts.sources }}
  {{- if .basicAuthSecret }}
  - name: chart-login-{{ $index }}
    secret: {secretName: {{ .basicAuthSecret }}, items: [{key: username, path: username}, {key: password, path: password}], defaultMode: 0440}
  {{- else if .dockerConfigSecret }}
  - name: chart-login-{{ $index }}
    secret: {secretName: {{ .dockerConfigSecret }}, items: [{key: .dockerconfigjson, path: config.json}], defaultMode: 0440}
  {{- end }}
  {{- if .caSecret }}
  - name: chart-ca-{{ $index }}
    secret: {secretName: {{ .caSecret }}, items: [{key: {{ .caKey | default "ca.crt" }}, path: ca.crt}], defaultMode: 0440}
  {{- end }}
  {{- end }}
{{- end }}

{{- /* (list CONTEXT PATH) */}}
{{- define "agent.probe" -}}
{path: {{ index . 1 }}, port: api, scheme: {{ include "agent.scheme" (index . 0) | upper }}}
{{- end }}

{{- define "agent.scheduling" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
