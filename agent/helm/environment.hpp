#pragma once

#include <map>
#include <string>

namespace leadsman::helm {

using environment = std::map<std::string, std::string>;

struct environment_settings {
  std::string kubeconfig;  // a file; empty: in-cluster, KUBERNETES_SERVICE_* are passed on
  std::string run_dir;     // helm's cache, config and data live below it
};

// The environment of a helm process: a named allow-list out of the agent's own (what exec credential plugins, proxies and
// TLS need), and nothing that could turn helm elsewhere (HELM_*, KUBECONFIG, POD_NAMESPACE …). Pure.
environment clean_environment(const environment& own, const environment_settings& settings);

// Whether a variable of the agent's own environment reaches helm.
bool passes_to_helm(std::string_view name);

// HELM_DATA_HOME; its plugins/ are helm's plugins.
std::string data_home(const std::string& run_dir);

// A copy of this process's environment.
environment own_environment();

}  // namespace leadsman::helm
