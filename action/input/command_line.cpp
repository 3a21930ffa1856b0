#include "action/input/command_line.hpp"

#include <CLI/CLI.hpp>

#include <map>

#include "action/input/policy_flags.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"

namespace leadsman::action {

namespace {

// What CLI11 fills in before it becomes `arguments`.
struct raw_words {
  arguments parsed;
  std::string patience;
  std::string output = "text";
  std::map<std::string, std::string> choices;
};

void add_connection(CLI::App& to, raw_words& raw) {
  arguments& a = raw.parsed;
  const char* const k_group = "Connection";
  to.add_option("--agent", a.inputs.agent, "the agent's address, https://... or unix:PATH (LEADSMAN_AGENT); none: an embedded agent")->group(k_group);
  to.add_option("--key", a.key, "file of the private key that signs requests (LEADSMAN_KEY: the file or the key itself)")->group(k_group);
  to.add_option("--ca", a.ca, "file of the certificate authority to trust, PEM (LEADSMAN_CA)")->group(k_group);
  to.add_option("--patience", raw.patience, "how long to try again when the agent does not answer")->default_str("10m")->group(k_group);
  to.add_option("--kubeconfig", a.kubeconfig, "embedded agent: kubeconfig (KUBECONFIG, KUBE_CONFIG_B64)")->group(k_group);
  to.add_option("--context", a.kube_context, "embedded agent: context of the kubeconfig")->group(k_group);
  to.add_option("--state", a.state, "embedded agent: folder for its state; none: thrown away")->group(k_group);
  to.add_option("--helm", a.helm, "embedded agent: helm to use (LEADSMAN_HELM)")->group(k_group);
}

void add_output(CLI::App& to, raw_words& raw) {
  to.add_option("--output,-o", raw.output, "text | json (one event a line)")->check(CLI::IsMember({"text", "json"}))->default_str("text");
}

void add_release(CLI::App& to, raw_words& raw) {
  arguments& a = raw.parsed;
  to.add_option("release", a.release, "name in leadsman.yaml, or of the Helm release");
  to.add_option("--file,-f", a.config, "leadsman.yaml to read");
  to.add_option("--environment,-e", a.environment, "environment in leadsman.yaml");
  to.add_option("--namespace,-n", a.inputs.name_space, "Kubernetes namespace");
  to.add_option("--cluster", a.inputs.cluster, "cluster, as the agent calls it");
}

// Each occurrence takes exactly one value, so that a release's name after it is not swallowed.
void add_list(CLI::App& to, const char* name, std::vector<std::string>& list, const char* meaning) {
  to.add_option(name, list, meaning)->allow_extra_args(false);
}

void add_content(CLI::App& to, raw_words& raw) {
  arguments& a = raw.parsed;
  to.add_option("--chart", a.inputs.chart, "folder of the chart");
  add_list(to, "--values", a.inputs.values, "values file; may be repeated, the last one wins");
  add_list(to, "--set", a.inputs.set, "name=value as helm --set; may be repeated");
  add_list(to, "--set-string", a.inputs.set_string, "name=text; may be repeated");
  to.add_option("--version", a.version, "what you call this version, for lists");
}

void add_policies(CLI::App& to, raw_words& raw) {
  for (const policy_flag& flag : policy_flags()) {
    std::string& value = raw.choices[flag.name];
    const std::string name = "--" + flag.name;
    const std::string meaning(flag.meaning);
    if (flag.is_switch) to.add_flag(name, value, meaning + " (--" + flag.name + "=false: not)")->group("Choices");
    else to.add_option(name, value, meaning)->default_str(flag.fallback)->group("Choices");
  }
}

void add_verb(CLI::App& app, raw_words& raw, const char* name, const char* meaning, verb which,
              const std::function<void(CLI::App&)>& add_more) {
  CLI::App* const to = app.add_subcommand(name, meaning);
  to->callback([&raw, which] { raw.parsed.verb = which; });
  add_more(*to);
  add_output(*to, raw);
  add_connection(*to, raw);
}

void add_key(CLI::App& app, raw_words& raw) {
  CLI::App* const key = app.add_subcommand("key", "keys that sign requests")->require_subcommand(1);
  CLI::App* const generate = key->add_subcommand("generate", "make a key pair");
  generate->callback([&raw] { raw.parsed.verb = verb::generate_key; });
  generate->add_option("--out", raw.parsed.out_file, "file for the private key")->default_str("leadsman.key");
}

void add_verbs(CLI::App& app, raw_words& raw) {
  arguments& a = raw.parsed;
  const auto release = [&](CLI::App& to) { add_release(to, raw); };
  const auto content = [&](CLI::App& to) { add_release(to, raw), add_content(to, raw), add_policies(to, raw); };
  const auto id = [&](CLI::App& to) { to.add_option("id", a.id, "of the deployment")->required(); };
  add_verb(app, raw, "deploy", "deploy a release and follow it to its end", verb::deploy, content);
  add_verb(app, raw, "plan", "say what deploy would do: changes, steps, who has the release", verb::plan, content);
  add_verb(app, raw, "follow", "show a deployment from its beginning to its end; never cancels it", verb::follow, id);
  add_verb(app, raw, "status", "what is deployed and how it is", verb::status, release);
  add_verb(app, raw, "history", "the revisions of a release, and which are verified", verb::history, release);
  add_verb(app, raw, "rollback", "return to a revision, and prove it", verb::rollback, [&](CLI::App& to) {
    to.add_option("revision", a.revision, "revision to return to; none: the last verified one")->check(CLI::PositiveNumber);
    to.add_option("--release,-r", a.release, "name in leadsman.yaml, or of the Helm release");
    to.add_option("--file,-f", a.config, "leadsman.yaml to read");
    to.add_option("--environment,-e", a.environment, "environment in leadsman.yaml");
    to.add_option("--namespace,-n", a.inputs.name_space, "Kubernetes namespace");
    to.add_option("--cluster", a.inputs.cluster, "cluster, as the agent calls it");
    to.add_option("--reason", a.reason, "why; kept with the deployment")->required();
    add_policies(to, raw);
  });
  const auto cancel = [&](CLI::App& to) {
    id(to);
    to.add_option("--mode", a.mode, "rollback | pause | continue; none: what the deployment was created with")
        ->check(CLI::IsMember({"rollback", "pause", "continue"}));
    to.add_option("--reason", a.reason, "why; kept with the deployment");
  };
  add_verb(app, raw, "cancel", "ask a deployment to stop", verb::cancel, cancel);
  add_verb(app, raw, "settle", "ask a deployment to stop and follow it to its end", verb::settle, cancel);
  add_verb(app, raw, "doctor", "check all that a deployment needs, from the address to the permissions", verb::doctor, [&](CLI::App& to) {
    content(to);
    to.add_flag("--without-key", a.without_key, "look only at what needs no key: address, certificate, readiness, clock");
  });
  add_key(app, raw);
  app.add_subcommand("action", "what action.yml runs: reads its inputs from the environment")->callback([&raw] {
    raw.parsed.verb = verb::action;
  });
}

// The flags and verbs of `app` and of the chosen verb below it.
std::vector<std::string> known_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (app.get_parent() == nullptr) words.push_back(sub->get_name());
    if (!sub->parsed()) continue;
    for (std::string& word : known_words(*sub)) words.push_back(std::move(word));
  }
  return words;
}

parting_words reject(const CLI::App& app, const std::vector<std::string>& given, const CLI::ParseError& e) {
  const bool no_such_verb = app.get_subcommands().empty() && !given.empty() && !given.front().starts_with('-');
  std::string text = no_such_verb ? "leadsman: '" + given.front() + "' is not a command" : std::string("leadsman: ") + e.what();
  const std::vector<std::string> known = known_words(app);
  for (const std::string& word : given) {
    const std::string name = word.substr(0, word.find('='));
    const bool is_known = std::ranges::find(known, name) != known.end();
    const bool is_flag = name.starts_with("--");
    if (is_known || (!is_flag && &word != &given.front())) continue;
    if (const auto meant = nearest(name, known)) text += "\n  did you mean '" + *meant + "'?";
  }
  return {exit_code::invalid_input, text + "\n  see: leadsman --help\n"};
}

std::variant<arguments, parting_words> finish(raw_words& raw) {
  arguments& a = raw.parsed;
  if (!raw.patience.empty()) {
    const auto patience = parse_duration(raw.patience);
    if (!patience) return parting_words{exit_code::invalid_input, "leadsman: --patience: " + patience.error().message + "\n"};
    a.patience = *patience;
  }
  if (a.key.starts_with("ed25519")) {
    return parting_words{exit_code::invalid_input, "leadsman: --key: expected is a file: what stands on a command line can be read by every "
                                                   "process of this machine. Put the key into a file, or into LEADSMAN_KEY\n"};
  }
  a.output = raw.output == "json" ? output_format::events : output_format::text;
  for (const auto& [name, value] : raw.choices) {
    if (!value.empty()) spec::set_choice(a.inputs, name, value);
  }
  return std::move(a);
}

}  // namespace

std::variant<arguments, parting_words> parse_command_line(std::vector<std::string> words) {
  raw_words raw;
  CLI::App app("Leadsman delivers Helm releases: a step forward, a sounding, the next step.", "leadsman");
  app.set_version_flag("--version", std::string("leadsman ") + LEADSMAN_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(32);
  add_verbs(app, raw);
  const std::vector<std::string> given = words;
  std::ranges::reverse(words);  // as CLI11 wants it
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    return parting_words{exit_code::succeeded, app.help()};
  } catch (const CLI::CallForVersion& e) {
    return parting_words{exit_code::succeeded, std::string(e.what()) + "\n"};
  } catch (const CLI::ParseError& e) {
    return reject(app, given, e);
  }
  return finish(raw);
}

}  // namespace leadsman::action
