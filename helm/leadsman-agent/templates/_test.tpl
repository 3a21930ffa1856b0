{{- /* (list CONTEXT NAME ARGUMENT…): leadsman doctor from another pod, through the Service. */}}
{{- define "agent.testPod" -}}
{{- $ := index . 0 -}}
{{- $trust := and $.Values.tls.secretName $.Values.tls.caKey }}
---
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "agent.fullname" $ }}-{{ index . 1 }}
  labels:
    {{- include "agent.testSelectorLabels" $ | nindent 4 }}
    app.kubernetes.io/managed-by: {{ $.Release.Service }}
  annotations:
    helm.sh/hook: test
    # A failed one stays to be looked at; after a good one nothing is left.
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 1
  {{- with $.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- include "agent.podSecurityContext" $ | nindent 4 }}
    fsGroup: 65532
  containers:
    - name: doctor
      image: {{ include "agent.image" $ | quote }}
      imagePullPolicy: {{ $.Values.image.pullPolicy }}
      command: [/usr/bin/leadsman]
      args:
        - doctor
        - --agent
        - {{ include "agent.url" $ }}
        {{- if $trust }}
        - --ca
        - /etc/leadsman-ca/ca.crt
        {{- end }}
        {{- range slice . 2 }}
        - {{ . | quote }}
        {{- end }}
      resources:
        requests: {cpu: 10m, memory: 16Mi}
        limits: {memory: 64Mi}
      securityContext:
        {{- include "agent.containerSecurityContext" $ | nindent 8 }}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        {{- if $trust }}
        - {name: ca, mountPath: /etc/leadsman-ca, readOnly: true}
        {{- end }}
        {{- if $.Values.tests.keySecret.name }}
        - {name: key, mountPath: /etc/leadsman-key, readOnly: true}
        {{- end }}
  {{- with (include "agent.scheduling" $ | trim) }}
  {{- . | nindent 2 }}
  {{- end }}
  volumes:
    - {name: tmp, emptyDir: {}}
    {{- if $trust }}
    - {name: ca, secret: {secretName: {{ $.Values.tls.secretName }}, items: [{key: {{ $.Values.tls.caKey }}, path: ca.crt}]}}
    {{- end }}
    {{- with $.Values.tests.keySecret }}
    {{- if .name }}
    - {name: key, secret: {secretName: {{ .name }}, items: [{key: {{ .key }}, path: key}], defaultMode: 0440}}
    {{- end }}
    {{- end }}
{{- end }}
