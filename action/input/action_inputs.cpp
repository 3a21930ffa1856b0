#include "action/input/action_inputs.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace leadsman::action {

namespace {

struct named_verb {
  const char* name;
  action::verb verb;
};

// What a workflow may do; the others are for people.
constexpr named_verb k_commands[]{{"deploy", verb::deploy},   {"rollback", verb::rollback}, {"plan", verb::plan},
                                  {"follow", verb::follow},   {"cancel", verb::cancel},     {"settle", verb::settle},
                                  {"status", verb::status},   {"history", verb::history},   {"doctor", verb::doctor},
                                  {"retry", verb::retry},     {"promote", verb::promote},   {"pause", verb::pause},
                                  {"resume", verb::resume},   {"abort", verb::abort}};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) lines.emplace_back(trim(line));
  }
  return lines;
}

result<verb> read_command(const std::string& word) {
  if (word.empty()) return verb::deploy;
  std::vector<std::string> names;
  for (const auto& [name, value] : k_commands) {
    if (word == name) return value;
    names.emplace_back(name);
  }
  std::string text = "'" + truncate(word, 60) + "' is not a command; allowed is " + one_of(names);
  if (const auto meant = nearest(word, names)) text += "; did you mean '" + *meant + "'?";
  return fail(errc::invalid_input, std::move(text), "command");
}

std::optional<int> number_in(const std::string& word) {
  int number = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), number);
  return failure == std::errc() && end == word.data() + word.size() ? std::optional(number) : std::nullopt;
}

result<std::optional<int>> read_revision(const std::string& word) {
  if (word.empty()) return std::optional<int>();
  const auto number = number_in(word);
  if (number && *number >= 1) return number;
  return fail(errc::invalid_input, "'" + truncate(word, 60) + "' is not a revision; expected a number from 1", "revision");
}

// "5" or "5%", as people write it into a form; of promote also "full".
result<void> read_weight(std::string word, arguments& a) {
  if (word.empty()) return {};
  a.full = a.verb == verb::promote && word == "full";
  if (a.full) return {};
  if (word.ends_with('%')) word.pop_back();
  const auto number = number_in(std::string(trim(word)));
  if (!number || *number < 1 || *number > 100) {
    const std::string more = a.verb == verb::promote ? ", or full" : "";
    return fail(errc::invalid_input, "'" + truncate(word, 60) + "' is not a weight; expected a percentage from 1 to 100" + more, "canary-weight");
  }
  (a.verb == verb::promote ? a.weight : a.inputs.canary_weight) = number;
  return {};
}

result<bool> read_until(const std::string& word) {
  if (word.empty() || word == "end") return false;
  if (word == "paused") return true;
  return fail(errc::invalid_input, "'" + truncate(word, 60) + "' is not known; allowed is end or paused", "until");
}

result<bool> read_comment(const std::string& word, verb which) {
  if (word.empty() || word == "false") return false;
  if (word != "true") return fail(errc::invalid_input, "'" + truncate(word, 60) + "' is neither true nor false", "comment");
  if (which == verb::plan) return true;
  return fail(errc::invalid_input, "only a plan is written as a comment; take it away, or say command: plan", "comment");
}

}  // namespace

std::string variable_of(std::string_view input) {
  std::string name = "INPUT_";
  for (const char c : input) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::vector<std::string> action_input_names() {
  std::vector<std::string> names{"command",     "agent",   "key",       "ca",      "kubeconfig", "context", "state",      "helm",
                                 "config",      "release", "environment", "cluster", "namespace",  "chart",   "repo",       "values",
                                 "set",         "set-string", "version", "revision", "reason",   "deployment", "mode",    "patience",
                                 "matrix",      "step",    "comment",   "github-token", "canary-weight", "until"};
  for (std::string& name : spec::choice_names()) names.push_back(std::move(name));
  return names;
}

result<arguments> read_action_inputs(const environment& env) {
  const auto input = [&](std::string_view name) { return std::string(trim(env.get(variable_of(name)))); };
  arguments a;
  LEADSMAN_TRY(a.verb, read_command(input("command")));
  a.key = input("key");
  a.ca = input("ca");
  a.kubeconfig = input("kubeconfig");
  a.kube_context = input("context");
  a.state = input("state");
  a.helm = input("helm");
  a.config = input("config");
  a.release = input("release");
  a.environment = input("environment");
  a.version = input("version");
  a.reason = input("reason");
  a.id = input("deployment");
  a.mode = input("mode");
  a.matrix = input("matrix");
  a.step = input("step");
  LEADSMAN_TRY(a.revision, read_revision(input("revision")));
  LEADSMAN_CHECK(read_weight(input("canary-weight"), a));
  LEADSMAN_TRY(a.until_paused, read_until(input("until")));
  a.inputs.agent = input("agent");
  a.inputs.cluster = input("cluster");
  a.inputs.name_space = input("namespace");
  a.inputs.chart = input("chart");
  a.inputs.repo = input("repo");
  a.inputs.values = lines_of(input("values"));
  a.inputs.set = lines_of(input("set"));
  a.inputs.set_string = lines_of(input("set-string"));
  LEADSMAN_TRY(a.comment, read_comment(input("comment"), a.verb));
  a.github_token = input("github-token");
  if (a.comment && a.github_token.empty()) {
    return fail(errc::invalid_input, "is needed to write a comment; give github-token: ${{ github.token }}, and the job `permissions: {pull-requests: write}`", "github-token");
  }
  for (const std::string& name : spec::choice_names()) {
    if (const std::string word = input(name); !word.empty()) spec::set_choice(a.inputs, name, word);
  }
  if (const std::string word = input("patience"); !word.empty()) {
    const auto patience = parse_duration(word);
    if (!patience) return fail(errc::invalid_input, patience.error().message, "patience");
    a.patience = *patience;
  }
  return a;
}

}  // namespace leadsman::action
