#include "helm/environment.hpp"

#include <gtest/gtest.h>

namespace leadsman::helm {
namespace {

TEST(HelmEnvironment, PassesOnlyWhatIsOnTheList) {
  const environment own{{"PATH", "/bin"}, {"HOME", "/root"}, {"AWS_PROFILE", "p"}, {"GOOGLE_APPLICATION_CREDENTIALS", "g"}, {"CLOUDSDK_CONFIG", "c"}, {"AZURE_CLIENT_ID", "a"}, {"USE_GKE_GCLOUD_AUTH_PLUGIN", "True"}, {"HTTPS_PROXY", "h"}, {"NO_PROXY", "n"}, {"SSL_CERT_DIR", "s"},
                        // none of these:
                        {"HELM_NAMESPACE", "x"},
                        {"HELM_KUBETOKEN", "x"},
                        {"HELM_KUBEAPISERVER", "x"},
                        {"HELM_DRIVER", "memory"},
                        {"KUBECONFIG", "/other"},
                        {"POD_NAMESPACE", "x"},
                        {"LD_PRELOAD", "x"},
                        {"GITHUB_TOKEN", "x"},
                        {"KUBERNETES_SERVICE_HOST", "10.0.0.1"}};
  EXPECT_EQ(clean_environment(own, {"/run/kubeconfig", "/run"}),
            (environment{{"PATH", "/bin"}, {"HOME", "/root"}, {"AWS_PROFILE", "p"}, {"GOOGLE_APPLICATION_CREDENTIALS", "g"}, {"CLOUDSDK_CONFIG", "c"}, {"AZURE_CLIENT_ID", "a"}, {"USE_GKE_GCLOUD_AUTH_PLUGIN", "True"}, {"HTTPS_PROXY", "h"}, {"NO_PROXY", "n"}, {"SSL_CERT_DIR", "s"}, {"KUBECONFIG", "/run/kubeconfig"}, {"HELM_CACHE_HOME", "/run/helm/cache"}, {"HELM_CONFIG_HOME", "/run/helm/config"}, {"HELM_DATA_HOME", "/run/helm/data"}, {"KUBECACHEDIR", "/run/kube-cache"}}));
}

TEST(HelmEnvironment, InTheClusterTellsWhereTheApiServerIs) {
  const environment own{{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}, {"KUBECONFIG", "/other"}};
  const environment clean = clean_environment(own, {"", "/run"});
  EXPECT_EQ(clean.at("KUBERNETES_SERVICE_HOST"), "10.0.0.1");
  EXPECT_EQ(clean.at("KUBERNETES_SERVICE_PORT"), "443");
  EXPECT_FALSE(clean.contains("KUBECONFIG"));
}

}  // namespace
}  // namespace leadsman::helm
