#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/notifier.hpp"
#include "async/task.hpp"
#include "kube/kubeconfig.hpp"

namespace leadsman::kube {

// Runs argv with these variables added to the allowed environment and returns its standard output. Given by the
// composition root, which knows how processes are run; unset, exec credentials are refused with a clear message.
using credential_exec =
    std::function<task<result<std::string>>(std::vector<std::string> argv, std::vector<std::pair<std::string, std::string>> env)>;

// What goes with a request. Secret.
struct credential {
  std::string authorization{};  // the header's value; empty: none
  std::string client_cert_pem{}, client_key_pem{};
  std::optional<wall_time> expires{};
};

// Pure: the ExecCredential that a plugin printed. Errors: unauthenticated.
result<credential> parse_exec_credential(std::string_view text, const exec_command& command);

// KUBERNETES_EXEC_INFO: what a plugin is told.
std::string exec_info(const exec_command& command, const cluster_access& access);

// Keeps the current credential of one cluster and renews it: token files are read again every minute, exec credentials
// shortly before they expire. However many ask at once, one plugin runs.
class credentials {
 public:
  credentials(asio::any_io_executor executor, cluster_access access, credential_exec exec);

  // Errors: unauthenticated (the plugin failed or answered nonsense, the token file is gone).
  task<result<credential>> current();

  // The server said 401: forget what is cached. True when asking again could give something else.
  bool drop();

  // How often the token file has held another token than before.
  int replaced() const { return replaced_; }

 private:
  credential fixed() const;
  result<credential> read_token_file() const;
  task<result<credential>> run_exec();
  bool is_fresh() const;

  cluster_access access_;
  credential_exec exec_;
  std::optional<credential> cached_;
  std::string last_from_file_;
  int replaced_ = 0;
  wall_time renew_at_ = wall_time::max();  // of what is cached
  bool running_ = false;                   // a plugin is
  notifier ended_;
};

}  // namespace leadsman::kube
