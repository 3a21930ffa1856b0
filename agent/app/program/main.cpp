#include <CLI/CLI.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#include "app/agent.hpp"
#include "app/examine.hpp"
#include "app/logging.hpp"
#include "helm/environment.hpp"
#include "process/child.hpp"

namespace {

using namespace leadsman;

struct arguments {
  std::string config_file = "/etc/leadsman/agent.yaml";
  bool check_config = false;
  bool doctor = false;
  bool as_json = false;
  bool embedded = false;
  std::string socket;
  std::string state;
  std::string kubeconfig;
  std::string context;
  std::string helm;
};

void declare(CLI::App& app, arguments& given) {
  app.set_version_flag("--version", "leadsman-agent " LEADSMAN_VERSION);
  app.add_option("--config", given.config_file, "The configuration file (YAML)")->capture_default_str();
  app.add_flag("--check-config", given.check_config, "Only say whether the configuration is right");
  const auto doctor = app.add_flag("--doctor", given.doctor, "Only say what would keep the agent from its work: state folder, helm, clusters");
  app.add_flag("--json", given.as_json, "As JSON")->needs(doctor);
  app.add_option("--helm", given.helm, "The helm binary (instead of the configuration's)");
  const auto embedded = app.add_flag("--embedded", given.embedded, "Serve one command of leadsman on a private socket");
  app.add_option("--socket", given.socket, "The socket to listen on")->needs(embedded);
  app.add_option("--state", given.state, "The folder to keep state in")->needs(embedded);
  app.add_option("--kubeconfig", given.kubeconfig, "How to reach the cluster")->needs(embedded);
  app.add_option("--context", given.context, "Of the kubeconfig")->needs(embedded);
}

result<app::config> embedded_config(const arguments& given) {
  if (given.socket.empty() || given.state.empty()) return fail(errc::invalid_input, "--embedded needs --socket and --state");
  app::config settings;
  settings.embedded = true;
  settings.name = "embedded agent";
  settings.server.listen.push_back({"", 0, given.socket});
  settings.state = given.state;
  settings.clusters["default"] = {given.kubeconfig, given.context};
  settings.log_level = "info";
  return settings;
}

// --helm, else what the configuration says, else the one beside this program, else the one on the PATH.
result<std::string> find_helm(const std::string& named, const app::environment& env) {
  if (!named.empty()) return named;
  char self[4096];
  const ssize_t size = readlink("/proc/self/exe", self, sizeof self);
  const std::string folder = size > 0 ? std::filesystem::path(std::string(self, static_cast<size_t>(size))).parent_path().string() : "";
  const auto path = env.find("PATH");
  return process::find_program("helm", folder + ":" + (path == env.end() ? "" : path->second));
}

result<app::config> make_config(const arguments& given) {
  const app::environment env = helm::own_environment();
  auto settings = given.embedded ? embedded_config(given) : app::load_config(given.config_file, env);
  if (!settings) return settings;
  if (!given.helm.empty()) settings->helm = given.helm;
  if (settings->helm.empty() && given.embedded) {
    if (const auto at = env.find("LEADSMAN_HELM"); at != env.end()) settings->helm = at->second;
  }
  auto helm = find_helm(settings->helm, env);
  // The doctor says by itself that there is none.
  if (!helm && !given.doctor) return fail(helm.error());
  settings->helm = helm.value_or("helm");
  return settings;
}

int report(const error& e) {
  const std::string where = e.field.empty() ? "" : e.field + ": ";
  std::fprintf(stderr, "leadsman-agent: %s%s\n", where.c_str(), e.message.c_str());
  return e.code == errc::invalid_input || e.code == errc::not_found ? 2 : 1;
}

int examine(const app::config& settings, bool as_json) {
  const wire::checks found = app::examine(settings);
  const nlohmann::json as_object{{"checks", found}};
  const std::string text = as_json ? as_object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n" : app::to_text(found);
  std::fputs(text.c_str(), stdout);
  return wire::worst_of(found) == wire::verdict::failed ? 1 : 0;
}

void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

}  // namespace

int main(int argc, char** argv) {
  arguments given;
  CLI::App app("The Leadsman agent: carries out Helm deployments and proves them.");
  declare(app, given);
  CLI11_PARSE(app, argc, argv);

  auto settings = make_config(given);
  if (!settings) return report(settings.error());
  if (given.check_config) {
    std::puts("the configuration is right");
    return 0;
  }
  forbid_core_dumps();
  if (given.doctor) return examine(*settings, given.as_json);
  leadsman::app::set_up_logging(*settings);
  const auto ran = leadsman::app::run_agent(std::move(*settings));
  return ran ? 0 : report(ran.error());
}
