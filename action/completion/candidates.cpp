#include "action/completion/candidates.hpp"

#include <algorithm>

#include "action/input/declaration.hpp"
#include "usage/option.hpp"

namespace leadsman::action {

namespace {

void add_names(candidates& out, const std::vector<std::string>& names, const char* meaning) {
  for (const std::string& name : names) out.words.push_back({name, meaning});
}

void add_commands(candidates& out, const CLI::App& of) {
  for (const CLI::App* each : usage::commands_of(of)) out.words.push_back({each->get_name(), each->get_description()});
}

// What can stand for the value of an option or for an argument.
candidates values_of(const CLI::Option& option, const begun_line& line, const std::function<known_names(const std::string&)>& names_in) {
  candidates out;
  const std::string kind = usage::placeholder_of(option);
  add_names(out, usage::words_of(option), "");
  if (kind == k_release) add_names(out, names_in(line.config).releases, "release");
  if (kind == k_environment_name) add_names(out, names_in(line.config).environments, "environment");
  if (kind == k_command) add_commands(out, *line.topic);
  out.files = kind == k_file;
  out.folders = kind == k_folder;
  return out;
}

candidates options_not_given(const begun_line& line) {
  candidates out;
  for (const CLI::Option* option : usage::options_of(*line.command)) {
    const bool is_given = std::ranges::find(line.given, option) != line.given.end();
    if (is_given && !usage::may_be_repeated(*option)) continue;
    for (std::string& name : usage::names_of(*option)) {
      if (name.starts_with("--") || line.begun == name) out.words.push_back({std::move(name), option->get_description()});
    }
  }
  return out;
}

const CLI::Option* argument_at(const begun_line& line) {
  const std::vector<const CLI::Option*> all = usage::arguments_of(*line.command);
  if (all.empty()) return nullptr;
  if (line.arguments < all.size()) return all[line.arguments];
  return usage::may_be_repeated(*all.back()) ? all.back() : nullptr;
}

candidates all_that_fit(const begun_line& line, const std::function<known_names(const std::string&)>& names_in) {
  if (line.of_option) return values_of(*line.of_option, line, names_in);
  if (!line.option_and_equals.empty()) return {};
  if (!line.only_arguments && line.begun.starts_with('-')) return options_not_given(line);
  candidates out;
  if (line.arguments == 0) add_commands(out, *line.command);
  const CLI::Option* const argument = argument_at(line);
  return argument ? values_of(*argument, line, names_in) : out;
}

}  // namespace

candidates complete(const begun_line& line, const std::function<known_names(const std::string&)>& names_in) {
  candidates out = all_that_fit(line, names_in);
  std::erase_if(out.words, [&](const candidate& each) { return !each.word.starts_with(line.begun); });
  for (candidate& each : out.words) each.word.insert(0, line.option_and_equals);
  return out;
}

std::string write_answer(const candidates& found) {
  std::string out;
  for (const auto& [word, meaning] : found.words) out += word + "\t" + meaning + "\n";
  if (found.files) out += ":files\n";
  if (found.folders) out += ":folders\n";
  return out;
}

}  // namespace leadsman::action
