#include "app/agent.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>

#include "auth/authenticator.hpp"
#include "base/idle_memory.hpp"
#include "helm/runner.hpp"
#include "http/server.hpp"
#include "kube/kubeconfig.hpp"
#include "process/child.hpp"
#include "process/descriptor_limit.hpp"
#include "runner/rollouts.hpp"
#include "sign/secret_box.hpp"
#include "store/sqlite/open.hpp"

namespace leadsman::app {

namespace {

// Runs the command of a kubeconfig's exec entry (EKS, GKE ...) with what helm's environment would hold.
task<result<std::string>> run_credential_plugin(std::vector<std::string> argv, std::vector<std::pair<std::string, std::string>> env) {
  process::command what;
  what.environment = helm::clean_environment(helm::own_environment(), {});
  for (auto& [name, value] : env) what.environment[name] = value;
  LEADSMAN_CO_TRY(what.program, process::find_program(argv.front(), what.environment["PATH"]));
  what.arguments.assign(argv.begin() + 1, argv.end());
  LEADSMAN_CO_TRY(process::child plugin, process::start(co_await asio::this_coro::executor, std::move(what)));
  auto waiting = plugin.wait({process::stop_policy::mode::terminate_then_wait, std::chrono::seconds(2)});
  LEADSMAN_CO_TRY(const process::exit_status ended, co_await std::move(waiting));
  if (!ended.ok()) {
    co_return fail(errc::unauthenticated, "the credential plugin " + argv.front() + " " + ended.describe() + ": " +
                                              std::string(plugin.kept(process::stream::err)));
  }
  co_return std::string(plugin.kept(process::stream::out));
}

result<kube::cluster_access> read_access(const cluster_config& c) {
  if (!c.kubeconfig.empty()) return kube::load_kubeconfig(c.kubeconfig, c.context);
  LEADSMAN_TRY(auto found, kube::in_cluster_access());
  if (!found) return fail(errc::invalid_input, "in-cluster: true, but this is not a pod: KUBERNETES_SERVICE_HOST is not set");
  return std::move(*found);
}

result<runner::clusters> connect(const config& settings, asio::any_io_executor executor) {
  runner::clusters all;
  for (const auto& [name, c] : settings.clusters) {
    auto access = read_access(c);
    if (!access) return fail(access.error().code, access.error().message, "clusters." + name + (access.error().field.empty() ? "" : " (" + access.error().field + ")"));
    const kube::credential_exec exec = run_credential_plugin;
    all.add({name, c.kubeconfig, c.context, std::make_unique<kube::client>(executor, std::move(*access), exec)});
  }
  return all;
}

// Everything that lives as long as the agent does, in the order in which it is built; destroyed in the opposite order.
class agent {
 public:
  explicit agent(config settings) : settings_(std::move(settings)), signals_(io_, SIGTERM, SIGINT) {}

  result<void> run() {
    // An embedded agent ends with its command, and that with its machine: nobody would go on there.
    LEADSMAN_TRY(store_, store::open_sqlite(settings_.state, settings_.embedded ? store::durability::process : store::durability::machine));
    LEADSMAN_TRY(const sign::secret_box at_rest, sign::secret_box::load_or_create(settings_.state / "at-rest.key"));
    LEADSMAN_TRY(clusters_, connect(settings_, io_.get_executor()));
    helm_.emplace(io_.get_executor(), helm::runner_settings{settings_.helm, settings_.helm_sha256, settings_.state / "run", settings_.helm_processes});
    LEADSMAN_CHECK(helm_->prepare());
    authenticator_.emplace(settings_.access, *store_);
    spawn(io_.get_executor(), "agent", [this, at_rest] { return live(at_rest); });
    io_.run();
    return std::move(went_);
  }

 private:
  task<void> live(sign::secret_box at_rest) {
    went_ = co_await serve(at_rest);
    // The shutdown, in order: nobody new, then what is under way, then the store (by destruction).
    if (server_) co_await server_->stop();
    if (rollouts_) co_await rollouts_->stop();
    blocking_.join();
  }

  task<result<void>> serve(sign::secret_box at_rest) {
    // A daemon does not start with a helm that is broken. An embedded agent is waited for: it asks when it is about to
    // change something, which is seldom.
    if (!settings_.embedded) LEADSMAN_CO_CHECK(co_await helm_->version());
    runner::facilities shared{io_.get_executor(), *store_, *helm_, blocking_, settings_.state / "run", settings_.name, settings_.embedded};
    shared.retention = settings_.retention;
    shared.charts = settings_.charts;
    rollouts_.emplace(std::move(shared), clusters_, at_rest);
    server_.emplace(io_.get_executor(), settings_.server, *rollouts_, *authenticator_);
    LEADSMAN_CO_CHECK(server_->start());
    LEADSMAN_CO_CHECK(co_await rollouts_->resume());
    for (const std::string& address : server_->addresses()) spdlog::info("listening on {}", address);
    if (settings_.embedded) announce_ready();
    else release_idle_memory();  // of the start
    const auto [failure, signal] = co_await signals_.async_wait(no_throw);
    if (!failure) spdlog::info("stopping on {}", signal == SIGTERM ? "SIGTERM" : "SIGINT");
    co_return result<void>{};
  }

  static void announce_ready() {
    std::fputs("ready\n", stdout);
    std::fflush(stdout);
  }

  config settings_;
  asio::io_context io_{1};
  asio::signal_set signals_;
  asio::thread_pool blocking_{1};  // unpacking, hashing
  std::unique_ptr<store::store> store_;
  runner::clusters clusters_;
  std::optional<helm::runner> helm_;
  std::optional<auth::authenticator> authenticator_;
  std::optional<runner::rollouts> rollouts_;
  std::optional<http::server> server_;
  result<void> went_;
};

}  // namespace

result<void> run_agent(config settings) {
  // Other processes of the same user (plugins) may not read our memory.
  prctl(PR_SET_DUMPABLE, 0);
  if (const auto raised = process::raise_descriptor_limit(); !raised) spdlog::warn("{}", raised.error().message);
  const auto running = std::make_unique<agent>(std::move(settings));
  return running->run();
}

}  // namespace leadsman::app
