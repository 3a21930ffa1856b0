#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auth/policy.hpp"
#include "base/error.hpp"
#include "helm/chart_sources.hpp"
#include "http/options.hpp"
#include "model/probe_url.hpp"
#include "plugin/registration.hpp"
#include "store/store.hpp"

namespace leadsman::app {

struct cluster_config {
  std::string kubeconfig;  // empty: in-cluster
  std::string context;
};

// The agent's configuration: one YAML file, some of it overridden by the environment (LEADSMAN_LISTEN, LEADSMAN_STATE,
// LEADSMAN_HELM, LEADSMAN_LOG_LEVEL, LEADSMAN_LOG_FORMAT, LEADSMAN_OWN_RELEASE).
struct config {
  std::string name;  // shown to whoever waits for a release
  http::server_options server;
  std::filesystem::path state;  // folder of the database, charts and the key that encrypts values at rest
  std::map<std::string, cluster_config> clusters;
  auth::policy access;
  std::string helm;         // path of the helm binary
  std::string helm_sha256;  // empty: not checked
  size_t helm_processes = 2;
  helm::chart_sources charts;  // where charts are fetched from; nowhere unless said
  model::probe_grants probes;  // where probes may be sent; nowhere unless said
  std::vector<plugin::registration> plugins;  // the operator's own; see shipped_plugins
  store::retention retention;  // `now` is filled in each time
  std::optional<model::release_id> own_release;  // never deployed by the agent itself
  std::string log_level = "info";
  bool log_json = false;
  bool embedded = false;
};

using environment = std::map<std::string, std::string>;

// Errors: invalid_input at "file:line", with the key, what was found and what is allowed.
result<config> parse_config(std::string_view text, std::string_view file, const environment& env);
result<config> load_config(const std::filesystem::path& file, const environment& env);

}  // namespace leadsman::app
