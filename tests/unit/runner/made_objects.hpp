#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "document/yaml.hpp"

namespace leadsman::runner {

inline nlohmann::json object_of(const std::string& yaml) { return document::parse_yaml(yaml, "object").value().value; }

// What the manifest of release shop/web says: one Deployment and its Service.
inline std::string web_manifest(const std::string& image) {
  return "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: app, image: '" +
         image + "'}]}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}}\n";
}

// The same as it stands in the cluster, with so many of its pods ready.
inline nlohmann::json web_deployment(const std::string& image, int ready = 1, int generation = 1) {
  nlohmann::json d = object_of(web_manifest(image).substr(4, web_manifest(image).find("\n---", 4) - 4));
  d["metadata"]["uid"] = "u-web";
  d["metadata"]["generation"] = generation;
  d["status"] = {{"observedGeneration", generation}, {"replicas", 1}, {"updatedReplicas", 1}, {"readyReplicas", ready}, {"availableReplicas", ready}};
  return d;
}

inline nlohmann::json web_service() {
  return object_of("{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}}}");
}

inline nlohmann::json web_endpoints(bool ready = true) {
  return object_of("{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}, endpoints: [{addresses: [10.0.0.1], conditions: {ready: " +
                   std::string(ready ? "true" : "false") + "}}]}");
}

inline nlohmann::json web_replica_set() {
  return object_of("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-1, namespace: shop, uid: u-set, labels: {app: web}, annotations: {deployment.kubernetes.io/revision: '1'}, ownerReferences: [{kind: Deployment, name: web, uid: u-web}]}}");
}

// A pod of that ReplicaSet; `container` is its status.
inline nlohmann::json web_pod(const std::string& container) {
  return object_of(
      "{apiVersion: v1, kind: Pod, metadata: {name: web-1-a, namespace: shop, uid: u-pod, labels: {app: web}, ownerReferences: [{kind: ReplicaSet, name: web-1, uid: u-set}]}, spec: {containers: [{name: app, image: 'shop/web:2'}]}, "
      "status: {phase: Pending, conditions: [{type: PodScheduled, status: 'True', lastTransitionTime: '2026-11-21T10:00:00Z'}], containerStatuses: [{name: app, image: 'shop/web:2', " +
      container + "}]}}");
}

inline const char* const k_never_pulled = "state: {waiting: {reason: ErrImageNeverPull, message: the image is not there}}";

inline nlohmann::json shop_namespace() { return object_of("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"); }

}  // namespace leadsman::runner
