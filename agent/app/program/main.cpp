#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <iterator>

#include "app/agent.hpp"
#include "app/chart_config.hpp"
#include "app/check_plugin.hpp"
#include "app/command_line.hpp"
#include "app/examine.hpp"
#include "app/logging.hpp"
#include "helm/environment.hpp"
#include "process/child.hpp"
#include "runner/post_rendering.hpp"
#include "usage/terminal.hpp"

namespace {

using namespace leadsman;

result<app::config> embedded_config(const app::arguments& given, const app::environment& env) {
  if (given.socket.empty() || given.state.empty()) return fail(errc::invalid_input, "--embedded needs --socket and --state");
  app::config settings;
  settings.embedded = true;
  settings.name = "embedded agent";
  settings.server.listen.push_back({"", 0, given.socket});
  settings.state = given.state;
  settings.clusters["default"] = {given.kubeconfig, given.context};
  settings.charts = app::charts_of_user(env);
  settings.probes.anything = true;
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

result<app::config> make_config(const app::arguments& given) {
  const app::environment env = helm::own_environment();
  auto settings = given.embedded ? embedded_config(given, env) : app::load_config(given.config_file, env);
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

// helm's post-renderer, see runner/post_rendering.hpp.
result<void> pass_manifest(const std::string& how) {
  const std::string manifest{std::istreambuf_iterator<char>(std::cin), {}};
  LEADSMAN_TRY(const std::string passed, runner::post_render(manifest, how));
  std::cout << passed << std::flush;
  if (!std::cout) return fail(errc::unavailable, "the manifest cannot be written");
  return {};
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
  const auto parsed = app::parse_command_line({argv + 1, argv + argc}, usage::terminal_columns());
  if (const auto* words = std::get_if<app::parting_words>(&parsed)) {
    std::fputs(words->text.c_str(), words->code == 0 ? stdout : stderr);
    return words->code;
  }
  const auto& given = std::get<app::arguments>(parsed);
  if (!given.post_render.empty()) {
    const auto passed = pass_manifest(given.post_render);
    return passed ? 0 : report(passed.error());
  }
  if (!given.plugin_to_check.empty()) return app::check_plugin(given.plugin_to_check);
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
