#include "app/command_line.hpp"

#include "usage/complain.hpp"
#include "usage/describe.hpp"

namespace leadsman::app {

namespace {

constexpr const char* k_embedded_group = "For one command of leadsman, which starts it so";

void declare(CLI::App& app, arguments& given, bool& wants_man) {
  app.name("leadsman-agent");
  app.description("carries out Helm deployments and proves them");
  app.set_help_flag("-h,--help", "show this page");
  app.set_version_flag("--version", "leadsman-agent " LEADSMAN_VERSION, "show the version");
  app.add_flag("--man", wants_man, "show this page as a man page (roff)");
  const auto add = [&](const char* name, std::string& target, const char* type, const char* meaning, const char* group) {
    return app.add_option(name, target, meaning)->type_name(type)->group(group);
  };
  add("--config", given.config_file, "FILE", "the configuration, YAML", "Configuration")->capture_default_str();
  app.add_flag("--check-config", given.check_config, "only say whether the configuration is right")->group("Configuration");
  CLI::Option* const doctor =
      app.add_flag("--doctor", given.doctor, "only say what would keep the agent from its work: state folder, helm, clusters")->group("Configuration");
  app.add_flag("--json", given.as_json, "what --doctor says, as JSON")->needs(doctor)->group("Configuration");
  add("--helm", given.helm, "FILE", "helm to use; none: the configuration's, else the one beside the agent, else the one on PATH", "Configuration");
  CLI::Option* const embedded = app.add_flag("--embedded", given.embedded, "serve one command on a private socket, without a configuration file")->group(k_embedded_group);
  add("--socket", given.socket, "FILE", "socket to listen on", k_embedded_group)->needs(embedded);
  add("--state", given.state, "FOLDER", "where to keep state", k_embedded_group)->needs(embedded);
  add("--kubeconfig", given.kubeconfig, "FILE", "cluster to work on; none: the one this program runs in", k_embedded_group)->needs(embedded);
  add("--context", given.context, "NAME", "context of the kubeconfig; none: its current one", k_embedded_group)->needs(embedded);
  add("--post-render", given.post_render, "HOW", "how helm calls it: pass a manifest from stdin to stdout, changed or held back as that says", "")->excludes(embedded);
  // How `leadsman plugin check` calls it, whose page explains it.
  CLI::App* const plugin = app.add_subcommand("plugin", "try plugins")->group("")->require_subcommand(1);
  plugin->add_subcommand("check", "hold a plugin against the protocol")->add_option("folder", given.plugin_to_check, "the plugin's")->type_name("FOLDER")->required();
}

usage::page page_of(const CLI::App& app) {
  usage::page out = usage::describe(app);
  out.about = {
      "Takes deployments over HTTP from leadsman, or from the action in a workflow; runs helm, watches the workloads, runs the tests, and on "
      "failure rolls back and proves that. What it has begun it goes on with after a restart. It is installed in a cluster by "
      "the chart helm/leadsman-agent.",
      "SIGTERM: takes no new work, brings helm to a safe end and leaves; what has not ended goes on when it starts again."};
  out.sections.push_back({"Environment",
                          "Goes before the configuration file.",
                          {{"LEADSMAN_LISTEN", "address to listen on"},
                           {"LEADSMAN_STATE", "folder of the database, the charts and the key that encrypts values"},
                           {"LEADSMAN_HELM", "helm to use"},
                           {"LEADSMAN_OWN_RELEASE", "[cluster/]namespace/name of the release that the agent is part of"},
                           {"LEADSMAN_LOG_LEVEL", "debug, info, warning or error"},
                           {"LEADSMAN_LOG_FORMAT", "text or json"}}});
  out.sections.push_back({"Exit codes",
                          "",
                          {{"0", "ended as asked, or the configuration is right"},
                           {"1", "could not start or go on: the message says why"},
                           {"2", "a word or the configuration is wrong: file, line, what was found and what is allowed"}}});
  out.examples = {{"whether a configuration is right", "leadsman-agent --config agent.yaml --check-config"},
                  {"run by hand, with another address", "LEADSMAN_LISTEN=127.0.0.1:8080 leadsman-agent --config agent.yaml"}};
  out.more = {"docs/configuration.md: the keys of the configuration. docs/operations.md: install, upgrade, back up, watch.",
              "'leadsman doctor --agent ADDRESS' checks a running agent from outside."};
  return out;
}

}  // namespace

std::variant<arguments, parting_words> parse_command_line(std::vector<std::string> words, size_t columns) {
  arguments given;
  bool wants_man = false;
  CLI::App app;
  declare(app, given, wants_man);
  const std::vector<std::string> as_given = words;
  std::ranges::reverse(words);  // as CLI11 wants it
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    return parting_words{0, usage::help_text(page_of(app), columns)};
  } catch (const CLI::CallForVersion& e) {
    return parting_words{0, std::string(e.what()) + "\n"};
  } catch (const CLI::ParseError& e) {
    return parting_words{2, usage::complain(app, as_given, e)};
  }
  if (wants_man) return parting_words{0, usage::man_text(page_of(app), LEADSMAN_VERSION)};
  return given;
}

}  // namespace leadsman::app
