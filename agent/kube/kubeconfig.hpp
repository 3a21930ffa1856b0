#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "net/endpoint.hpp"
#include "net/tls.hpp"

namespace leadsman::kube {

// A command that prints an ExecCredential: how EKS, GKE and others log in.
struct exec_command {
  std::string api_version;  // client.authentication.k8s.io/v1 or v1beta1
  std::string command;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string install_hint;
  bool provide_cluster_info = false;
};

// Who we are to one cluster, and where it is. Holds secrets: never log or print it.
struct cluster_access {
  std::string context;                 // for messages: the kubeconfig's context, or "in-cluster"
  net::endpoint server;
  net::tls_options tls;                // with the client certificate, if there is one
  std::string name_space = "default";  // where the context points
  std::string token;                   // at most one of token, token_file, exec and user name is used
  std::filesystem::path token_file;    // read again as it rotates
  std::optional<exec_command> exec;
  std::string user_name, password;
};

using file_reader = std::function<result<std::string>(const std::filesystem::path&)>;

// `context` empty: current-context. Relative paths in the text start at `folder`. `at` judges the client certificate.
// Errors: invalid_input (with what is wrong, and where), not_found (no such context, cluster or user; with a suggestion).
result<cluster_access> parse_kubeconfig(std::string_view text, std::string_view context, const std::filesystem::path& folder,
                                        const file_reader& read, wall_time at);

// The same from a file. Errors: as above; not_found when there is no such file, forbidden when it cannot be read.
result<cluster_access> load_kubeconfig(const std::filesystem::path& file, std::string_view context);

// What a pod finds in itself. Absent outside a cluster (KUBERNETES_SERVICE_HOST unset). `environment` is getenv-like.
using environment_reader = std::function<std::optional<std::string>(std::string_view)>;
result<std::optional<cluster_access>> in_cluster_access(const environment_reader& environment, const file_reader& read);
result<std::optional<cluster_access>> in_cluster_access();

result<std::string> read_file(const std::filesystem::path& file);

}  // namespace leadsman::kube
