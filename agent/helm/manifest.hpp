#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "helm/release.hpp"

namespace leadsman::helm {

// One object of a rendered manifest.
struct object {
  std::string api_version;
  std::string kind;
  std::string object_namespace;  // its own, else the release's; meaningless for cluster-scoped kinds
  std::string name;
  std::string source;  // "shop/templates/deployment.yaml", when helm said so
  std::string text;    // YAML, fit as the body of a server-side apply
  json value;
};

// The spec of the pods that a workload (or Job, CronJob, Pod) makes, or null.
const json& pod_spec_of(const object& one);

// What helm takes for a list (any object with a list of `items`) is given object by object.
// Errors: invalid_input naming the source file of the template.
result<std::vector<object>> split_manifest(std::string_view manifest, std::string_view release_namespace);

// The same for what is only created, never applied again (hooks, the files of crds/): an object that leaves its name to
// the API server (generateName) is called by the beginning of it.
result<std::vector<object>> split_created(std::string_view manifest, std::string_view release_namespace);

struct expected_workload {
  std::string api_version;
  std::string kind;  // Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, Pod
  std::string workload_namespace;
  std::string name;
  std::optional<int> replicas;                // as the chart says; absent: left to the cluster or an autoscaler
  std::map<std::string, std::string> images;  // container → image, init containers included
};

std::vector<expected_workload> workloads(const std::vector<object>& objects);

struct expected_service {
  std::string service_namespace;
  std::string name;
  bool selects = false;  // has a selector, so endpoints are to be expected
};

std::vector<expected_service> services(const std::vector<object>& objects);

// The hooks of `all` that `helm test` runs, in helm's order (weight, then name).
std::vector<hook> tests_of(const std::vector<hook>& all);

}  // namespace leadsman::helm
