#include "action/input/declaration.hpp"

#include "action/input/manual.hpp"
#include "action/input/policy_flags.hpp"
#include "usage/option.hpp"

namespace leadsman::action {

namespace {

using usage::must_be_one_of;

constexpr const char* k_what = "What to deploy";
constexpr const char* k_which = "Which release";

template <class T>
CLI::Option* add(CLI::App& to, const char* name, T& target, const char* type, const char* meaning, const char* group) {
  return to.add_option(name, target, meaning)->type_name(type)->group(group);
}

void add_connection(CLI::App& to, raw_words& raw) {
  arguments& a = raw.parsed;
  add(to, "--agent", a.inputs.agent, "ADDRESS", "the agent: https://HOST[:PORT], or unix:PATH; none: one is started for this command", k_connection);
  add(to, "--key", a.key, k_file, "private key that signs requests to the agent", k_connection);
  add(to, "--ca", a.ca, k_file, "certificate authority of the agent, PEM; none: the system's", k_connection);
  add(to, "--patience", raw.patience, "DURATION", "how long to try again when the agent does not answer", k_connection)->default_str("10m");
  add(to, "--kubeconfig", a.kubeconfig, k_file, "cluster to work on", k_embedded);
  add(to, "--context", a.kube_context, "NAME", "context of the kubeconfig; none: its current one", k_embedded);
  add(to, "--state", a.state, k_folder, "where to keep its state, so that a later command can go on; none: thrown away", k_embedded);
  add(to, "--helm", a.helm, k_file, "helm to use; none: the one beside the agent, else the one on PATH", k_embedded);
}

void add_output(CLI::App& to, raw_words& raw) {
  add(to, "--output,-o", raw.output, "FORMAT", "how to show it; json is one event a line", "Output")->check(must_be_one_of({"text", "json"}))->default_str("text");
}

void add_config(CLI::App& to, raw_words& raw) {
  arguments& a = raw.parsed;
  add(to, "--file,-f", a.config, k_file, "leadsman.yaml to read; none: the one in the working folder, if there is one", k_which);
  add(to, "--environment,-e", a.environment, k_environment_name, "environment in leadsman.yaml", k_which);
}

void add_place(CLI::App& to, raw_words& raw) {
  arguments& a = raw.parsed;
  add(to, "--namespace,-n", a.inputs.name_space, "NAME", "Kubernetes namespace; none: leadsman.yaml's", k_which);
  add(to, "--cluster", a.inputs.cluster, "NAME", "cluster, as the agent calls it; none: leadsman.yaml's, else \"default\"", k_which);
}

void add_release(CLI::App& to, raw_words& raw) {
  to.add_option("release", raw.parsed.release, "name in leadsman.yaml, or of the Helm release; none: the only one in leadsman.yaml")->type_name(k_release);
  add_config(to, raw);
  add_place(to, raw);
}

// Each occurrence takes exactly one value, so that a release's name after it is not swallowed.
void add_list(CLI::App& to, const char* name, std::vector<std::string>& list, const char* type, const char* meaning) {
  add(to, name, list, type, meaning, k_what)->allow_extra_args(false);
}

void add_content(CLI::App& to, raw_words& raw) {
  arguments& a = raw.parsed;
  add(to, "--chart", a.inputs.chart, k_folder, "folder of the chart, oci://HOST/PATH/NAME:VERSION or ...@sha256:..., or NAME@VERSION with --repo; none: leadsman.yaml's", k_what);
  add(to, "--repo", a.inputs.repo, "URL", "repository that the agent fetches the chart from, https://...", k_what);
  add_list(to, "--values", a.inputs.values, k_file, "values, after those of leadsman.yaml; may be repeated, the last one wins");
  add_list(to, "--set", a.inputs.set, "NAME=VALUE", "one value, as helm --set reads it; may be repeated. No secrets: every process of this machine can read them here");
  add_list(to, "--set-string", a.inputs.set_string, "NAME=TEXT", "the same, always as text; may be repeated");
  add(to, "--canary-weight", a.inputs.canary_weight, "PERCENT", "take the canary to this one weight, where it waits until it is promoted; none: through leadsman.yaml's steps", k_what)->check(CLI::Range(1, 100).description(""));
  add(to, "--version", a.version, "TEXT", "what you call this version, for lists and histories", k_what);
}

void add_policies(CLI::App& to, raw_words& raw) {
  for (const policy_flag& flag : policy_flags()) {
    std::string& value = raw.choices[flag.name];
    const std::string name = "--" + flag.name;
    const std::string meaning(flag.meaning);
    CLI::Option* const option = flag.is_switch ? to.add_flag(name, value, meaning) : to.add_option(name, value, meaning);
    option->default_str(flag.fallback)->group(k_choices);
    if (!flag.words.empty()) option->type_name("WORD")->check(must_be_one_of(flag.words));
    else option->type_name(flag.name == "timeout" ? "DURATION" : "NUMBER");
  }
}

void add_until(CLI::App& to, raw_words& raw) {
  add(to, "--until", raw.until, "WORD", "how long to follow it: to its end, or until it is first paused", "Options")->check(must_be_one_of({"end", "paused"}))->default_str("end");
}

void add_reason(CLI::App& to, raw_words& raw, bool required) {
  add(to, "--reason", raw.parsed.reason, "TEXT", "why, in your words; kept with the deployment", "Options")->required(required);
}

void add_id(CLI::App& to, raw_words& raw) {
  to.add_option("id", raw.parsed.id, "of the deployment, as deploy shows it first")->required();
  add(to, "--file,-f", raw.parsed.config, k_file, "leadsman.yaml that names the agent", k_connection);
  add(to, "--environment,-e", raw.parsed.environment, k_environment_name, "environment in leadsman.yaml that names the agent", k_connection);
}

void add_cancel(CLI::App& to, raw_words& raw) {
  add_id(to, raw);
  add(to, "--mode", raw.parsed.mode, "WORD", "how to stop; none: as the deployment's on-cancel says", "Options")
      ->check(must_be_one_of(spec::choice_words().at("on-cancel")));
  add_reason(to, raw, false);
}

void add_stop(CLI::App& to, raw_words& raw) {
  add_id(to, raw);
  add_reason(to, raw, false);
}

void add_abort(CLI::App& to, raw_words& raw) {
  add_id(to, raw);
  add_reason(to, raw, true);
}

void add_retry(CLI::App& to, raw_words& raw) {
  add_id(to, raw);
  add_until(to, raw);
}

void add_promotion(CLI::App& to, raw_words& raw) {
  add_id(to, raw);
  CLI::Option* const full = to.add_flag("--full", raw.parsed.full, "past all weights that are left: stable is upgraded next");
  add(to, "--weight", raw.parsed.weight, "PERCENT", "to this weight, and on from there; none: to the next one", "Options")->check(CLI::Range(1, 100).description(""))->excludes(full);
}

void add_measuring(CLI::App& to, raw_words& raw) {
  add(to, "--window", raw.window, "DURATION", "what one number is about, 1s to 24h; none: as the release's gates say, else 1m", "Options");
  add(to, "--from", raw.parsed.counter, "WORD", "who counts requests; none: as the release's gates say, else app", "Options")->check(must_be_one_of({"app", "envoy"}));
}

void add_health(CLI::App& to, raw_words& raw) {
  add_release(to, raw);
  add_measuring(to, raw);
}

void add_metrics(CLI::App& to, raw_words& raw) {
  add_id(to, raw);
  add(to, "--compare", raw.parsed.metric, "METRIC", "one metric in the window before the deployment, and in the one after: a ready-made one, or the name of a gate", "Options");
  add_measuring(to, raw);
}

void add_rollback(CLI::App& to, raw_words& raw) {
  to.add_option("revision", raw.parsed.revision, "revision to return to; none: the last verified one")->check(CLI::PositiveNumber.description(""));
  add(to, "--release,-r", raw.parsed.release, k_release, "name in leadsman.yaml, or of the Helm release", k_which);
  add_config(to, raw);
  add_place(to, raw);
  add_reason(to, raw, true);
  add_policies(to, raw);
}

void add_doctor(CLI::App& to, raw_words& raw) {
  add_release(to, raw);
  add_content(to, raw);
  add_policies(to, raw);
  to.add_flag("--without-key", raw.parsed.without_key, "look only at what needs no key: address, certificate, readiness, clock");
}

CLI::App& add_command(CLI::App& to, const char* name, const char* group) {
  const std::string path = to.get_parent() ? to.get_name() + " " + name : name;
  return *to.add_subcommand(name, std::string(manual_of(path).brief))->group(group);
}

// A command that talks to an agent.
void add_verb(CLI::App& app, raw_words& raw, const char* group, const char* name, verb which, void (*add_more)(CLI::App&, raw_words&)) {
  CLI::App& to = add_command(app, name, group);
  to.callback([&raw, which] { raw.parsed.verb = which; });
  add_more(to, raw);
  add_output(to, raw);
  add_connection(to, raw);
}

void add_key(CLI::App& app, raw_words& raw) {
  CLI::App& key = add_command(app, "key", "Set up");
  key.require_subcommand(1);
  CLI::App& generate = add_command(key, "generate", "Commands");
  generate.callback([&raw] { raw.parsed.verb = verb::generate_key; });
  add(generate, "--out", raw.parsed.out_file, k_file, "where to write the private key; never written over", "Options")->default_str("leadsman.key");
}

void add_plugin(CLI::App& app, raw_words& raw) {
  CLI::App& plugin = add_command(app, "plugin", "Set up");
  plugin.require_subcommand(1);
  CLI::App& check = add_command(plugin, "check", "Commands");
  check.callback([&raw] { raw.parsed.verb = verb::check_plugin; });
  check.add_option("folder", raw.parsed.folder, "the plugin's, with its plugin.json")->type_name(k_folder)->required();
}

void add_pages(CLI::App& app, raw_words& raw) {
  CLI::App& completion = add_command(app, "completion", "Set up");
  const std::vector<std::string> shells(std::begin(k_shells), std::end(k_shells));
  completion.add_option("shell", raw.shell, "shell to write for")->required()->check(must_be_one_of(shells));
  CLI::App& help = add_command(app, "help", "Set up");
  help.callback([&raw] { raw.wants_help = true; });
  help.add_option("command", raw.topic, "command to explain; none: leadsman itself")->type_name(k_command);
  help.add_flag("--man", raw.wants_man, "as a man page (roff)");
}

}  // namespace

void declare(CLI::App& app, raw_words& raw) {
  app.name("leadsman");
  app.description(std::string(manual_of("").brief));
  app.set_help_flag("-h,--help", "show this page");
  app.set_version_flag("--version", std::string("leadsman ") + LEADSMAN_VERSION, "show the version");
  app.require_subcommand(1);
  const auto deployment = [](CLI::App& to, raw_words& r) { add_release(to, r), add_content(to, r), add_policies(to, r); };
  const auto deploying = [](CLI::App& to, raw_words& r) { add_release(to, r), add_content(to, r), add_until(to, r), add_policies(to, r); };
  add_verb(app, raw, "Change a release", "deploy", verb::deploy, deploying);
  add_verb(app, raw, "Change a release", "retry", verb::retry, add_retry);
  add_verb(app, raw, "Change a release", "rollback", verb::rollback, add_rollback);
  add_verb(app, raw, "Look", "plan", verb::plan, deployment);
  add_verb(app, raw, "Look", "follow", verb::follow, add_id);
  add_verb(app, raw, "Look", "status", verb::status, add_release);
  add_verb(app, raw, "Look", "history", verb::history, add_release);
  add_verb(app, raw, "Look", "health", verb::health, add_health);
  add_verb(app, raw, "Look", "metrics", verb::metrics, add_metrics);
  add_verb(app, raw, "Steer a canary", "promote", verb::promote, add_promotion);
  add_verb(app, raw, "Steer a canary", "pause", verb::pause, add_stop);
  add_verb(app, raw, "Steer a canary", "resume", verb::resume, add_stop);
  add_verb(app, raw, "Steer a canary", "abort", verb::abort, add_abort);
  add_verb(app, raw, "Stop", "cancel", verb::cancel, add_cancel);
  add_verb(app, raw, "Stop", "settle", verb::settle, add_cancel);
  add_verb(app, raw, "Set up", "doctor", verb::doctor, add_doctor);
  add_key(app, raw);
  add_plugin(app, raw);
  add_pages(app, raw);
  add_command(app, "action", "In a workflow").callback([&raw] { raw.parsed.verb = verb::action; });
}

}  // namespace leadsman::action
