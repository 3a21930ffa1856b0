#include "helm/environment.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <unistd.h>

namespace leadsman::helm {

namespace {

constexpr std::array<std::string_view, 14> k_names{
    "PATH", "HOME", "USER", "TMPDIR", "TZ",
    "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy",
    "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "USE_GKE_GCLOUD_AUTH_PLUGIN"};

// What the exec credential plugins of the clouds read (aws, gke-gcloud-auth-plugin, kubelogin).
constexpr std::array<std::string_view, 6> k_prefixes{"AWS_", "GOOGLE_", "CLOUDSDK_", "AZURE_", "AAD_", "USE_GKE_"};

constexpr std::array<std::string_view, 2> k_in_cluster{"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"};

}  // namespace

bool passes_to_helm(std::string_view name) {
  return std::ranges::find(k_names, name) != k_names.end() ||
         std::ranges::any_of(k_prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

environment clean_environment(const environment& own, const environment_settings& settings) {
  environment clean;
  for (const auto& [name, value] : own) {
    if (passes_to_helm(name)) clean.emplace(name, value);
  }
  if (!settings.kubeconfig.empty()) {
    clean["KUBECONFIG"] = settings.kubeconfig;
  } else {
    for (const std::string_view name : k_in_cluster) {
      if (const auto found = own.find(std::string(name)); found != own.end()) clean.insert(*found);
    }
  }
  clean["HELM_CACHE_HOME"] = settings.run_dir + "/helm/cache";
  clean["HELM_CONFIG_HOME"] = settings.run_dir + "/helm/config";
  clean["HELM_DATA_HOME"] = data_home(settings.run_dir);
  clean["KUBECACHEDIR"] = settings.run_dir + "/kube-cache";  // discovery; HOME may be read-only
  return clean;
}

std::string data_home(const std::string& run_dir) { return run_dir + "/helm/data"; }

environment own_environment() {
  environment own;
  for (char** entry = ::environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const size_t cut = text.find('=');
    if (cut != std::string_view::npos) own.emplace(text.substr(0, cut), text.substr(cut + 1));
  }
  return own;
}

}  // namespace leadsman::helm
