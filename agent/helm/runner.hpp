#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/task.hpp"
#include "helm/argv.hpp"
#include "helm/classify.hpp"
#include "helm/environment.hpp"
#include "helm/lint_output.hpp"
#include "helm/pull.hpp"
#include "helm/release.hpp"
#include "helm/values.hpp"
#include "process/child.hpp"

namespace leadsman::helm {

struct runner_settings {
  std::string program;                      // path of the helm binary
  std::string expected_sha256{};            // hex; empty: not checked
  std::filesystem::path run_dir;            // private to this agent; values files live here while helm runs
  size_t processes_at_once = 2;             // each takes about 60 MiB
  std::string gate{};                       // the program of the post-renderer; called with --post-render and the word given
  environment own = own_environment();      // what clean_environment chooses from
};

// What the caller hears while a command runs. All on the io_context's thread, all optional.
struct observer {
  // No aggregate: GCC 12 destroys an aggregate temporary twice when the call is awaited.
  observer() = default;
  std::function<void(size_t ahead)> on_queued{};  // waiting for a helm slot, so many before us; again when it changes
  // The process runs; awaited before the process is, so that its identity is journaled. An error stops helm.
  std::function<task<result<void>>(process::process_identity)> on_start{};
  std::function<void(std::string_view line)> on_message{};  // stderr, line by line, structured log lines left out
};

struct outcome {
  process::exit_status exit{};
  std::optional<failure> failed{};  // absent: helm ended well
  std::string output{};           // stdout, its newest 256 KiB (nothing of it for render: it holds Secrets)
  std::string messages{};         // stderr for people

  bool ok() const { return !failed; }
};

struct lint_outcome {
  outcome run{};
  std::vector<lint_finding> findings{};
};

struct render_outcome {
  outcome run{};
  std::optional<release> rendered{};  // present when the run is ok
};

struct manifest_outcome {
  outcome run{};
  std::string manifest{};  // complete when the run is ok
};

// Runs helm. At most `processes_at_once` at a time, first come first served. The result<> of each method is an error only
// when helm could not be run; that helm ran and failed is in outcome::failed.
//
// Cancellation: upgrade_install gets SIGTERM (helm ends the revision as failed) and is waited for; test, rollback and
// uninstall have no handler in helm and are waited for to their end; the others are terminated. In each case the outcome is
// returned and the caller's next co_await unwinds. Waiting for a slot unwinds at once.
class runner {
 public:
  runner(asio::any_io_executor executor, runner_settings settings);
  ~runner();
  runner(const runner&) = delete;
  runner& operator=(const runner&) = delete;

  // Whether the helm that was named is there and the pinned one. Returns its path. Blocking (hashes 60 MB).
  // Errors: not_found, forbidden, refused (other digest), unavailable.
  result<std::string> check_program() const;
  bool is_pinned() const;  // by the digest in the settings

  // Checks the binary, notes its build ID, makes the run directory and removes what an earlier agent left in it. Once, before anything else.
  // Blocking. Errors: as above.
  result<void> prepare();

  // `kubeconfig`: a file; empty means in-cluster.
  task<result<outcome>> upgrade_install(std::string kubeconfig, upgrade_request request, prepared_values values, observer heard);
  task<result<render_outcome>> render(std::string kubeconfig, upgrade_request request, prepared_values values, observer heard);
  // What install would create before everything else: any objects that stand in the chart's crds/ folders, in `output`.
  task<result<outcome>> show_crds(std::string chart);
  task<result<manifest_outcome>> render_alone(upgrade_request request, prepared_values values, observer heard);
  task<result<lint_outcome>> lint(lint_request request, prepared_values values, observer heard);
  task<result<outcome>> test(std::string kubeconfig, test_request request, observer heard);
  task<result<outcome>> rollback(std::string kubeconfig, rollback_request request, observer heard);
  task<result<outcome>> uninstall(std::string kubeconfig, uninstall_request request, observer heard);

  // Of a registry or a repository, by the arguments of helm/pull.hpp; no cluster is asked. Messages do not name the folder.
  task<result<outcome>> fetch(arguments argv, pull_files files, observer heard);

  // Which helm this is, as helm/build_id.hpp says; known once prepared.
  const std::string& build() const;
  // Has helm asked for its version, which takes it a tenth of a second, while the caller goes on.
  void ask_version();
  // "v4.2.3". helm is asked once, whoever comes earlier than its answer waits. Errors: unavailable.
  task<result<std::string>> version();
  std::string known_version() const;  // empty until helm has told it
  task<result<std::string>> version_now();  // helm is asked again: it may be another one by now

  size_t running() const;
  size_t waiting() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace leadsman::helm
