#include "app/agent.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>

#include "app/clusters.hpp"
#include "app/shipped_plugins.hpp"
#include "auth/authenticator.hpp"
#include "base/idle_memory.hpp"
#include "helm/environment.hpp"
#include "helm/runner.hpp"
#include "http/server.hpp"
#include "plugin/host.hpp"
#include "process/descriptor_limit.hpp"
#include "runner/rollouts.hpp"
#include "sign/secret_box.hpp"
#include "store/sqlite/open.hpp"

namespace leadsman::app {

namespace {

result<runner::clusters> connect(const config& settings, asio::any_io_executor executor) {
  runner::clusters all;
  for (const auto& [name, c] : settings.clusters) {
    LEADSMAN_TRY(runner::cluster made, make_cluster(name, c, executor));
    all.add(std::move(made));
  }
  return all;
}

result<std::string> own_program() {
  std::error_code failure;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failure);
  if (failure) return fail(errc::unavailable, "/proc/self/exe cannot be read: " + failure.message());
  return program.string();
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
    helm::runner_settings with{settings_.helm, settings_.helm_sha256, settings_.state / "run", settings_.helm_processes};
    LEADSMAN_TRY(const std::string program, own_program());
    with.gate = program;
    helm_.emplace(io_.get_executor(), std::move(with));
    LEADSMAN_CHECK(helm_->prepare());
    plugin::host_settings for_plugins{.agent_version = LEADSMAN_VERSION, .environment = helm::own_environment()};
    plugins_.emplace(io_.get_executor(), blocking_, plugin::merge(settings_.plugins, shipped_plugins(program)), std::move(for_plugins));
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
    if (plugins_) co_await plugins_->shut_down();
    blocking_.join();
  }

  task<result<void>> serve(sign::secret_box at_rest) {
    // A daemon does not start with a helm that is broken. An embedded agent is waited for: it asks when it is about to
    // change something, which is seldom.
    if (!settings_.embedded) LEADSMAN_CO_CHECK(co_await helm_->version());
    runner::facilities shared{io_.get_executor(), *store_, *helm_, blocking_, *plugins_, settings_.state / "run", settings_.name, settings_.embedded};
    shared.retention = settings_.retention;
    shared.own_release = settings_.own_release;
    shared.charts = settings_.charts;
    shared.probes = settings_.probes;
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
  std::optional<plugin::host> plugins_;
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
