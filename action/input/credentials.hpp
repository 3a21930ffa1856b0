#pragma once

#include <optional>
#include <string>
#include <vector>

#include "action/arguments.hpp"
#include "action/environment.hpp"
#include "sign/key.hpp"

namespace leadsman::action {

// The key that signs requests: --key or the input, else LEADSMAN_KEY. Errors: invalid_input, without repeating the text.
result<std::optional<sign::private_key>> load_key(const arguments& given, const environment& env);

// The authority to trust, as PEM; empty: the system's. Errors: invalid_input.
result<std::string> load_ca(const arguments& given, const environment& env);

// The cluster that an embedded agent works on.
struct cluster_access {
  std::string file;     // a kubeconfig of the user
  std::string content;  // or its text, still to be put into a private file
  bool in_cluster = false;
};

// --kubeconfig or the input (a file, YAML or base64), else KUBE_CONFIG_B64, else KUBECONFIG, else ~/.kube/config, else
// the service account of the pod we run in. Errors: invalid_input.
result<cluster_access> find_cluster(const arguments& given, const environment& env);

// Everything in the arguments and the environment that no log may show. Never fails: what cannot be read hides nothing.
std::vector<std::string> known_secrets(const arguments& given, const environment& env);

}  // namespace leadsman::action
