#include "app/clusters.hpp"

#include "helm/environment.hpp"
#include "kube/kubeconfig.hpp"
#include "process/child.hpp"

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

}  // namespace

result<runner::cluster> make_cluster(const std::string& name, const cluster_config& c, asio::any_io_executor executor) {
  auto access = read_access(c);
  if (!access) return fail(access.error().code, access.error().message, "clusters." + name + (access.error().field.empty() ? "" : " (" + access.error().field + ")"));
  const kube::credential_exec exec = run_credential_plugin;
  return runner::cluster{name, c.kubeconfig, c.context, std::make_unique<kube::client>(executor, std::move(*access), exec)};
}

}  // namespace leadsman::app
