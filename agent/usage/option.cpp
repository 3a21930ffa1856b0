#include "usage/option.hpp"

#include "base/text.hpp"

namespace leadsman::usage {

CLI::Validator must_be_one_of(std::vector<std::string> words) {
  const std::string listed = "{" + join(words, ",") + "}";
  return CLI::Validator(
      [words = std::move(words)](const std::string& found) {
        if (std::ranges::find(words, found) != words.end()) return std::string();
        const auto meant = nearest(found, words);
        return "'" + truncate(found, 60) + "' is not known; allowed is " + one_of(words) +
               (meant ? " (did you mean '" + *meant + "'?)" : "");
      },
      listed);
}

std::vector<std::string> words_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t open = type.find('{');
  const size_t close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return {};
  std::vector<std::string> words;
  for (const std::string_view word : split(std::string_view(type).substr(open + 1, close - open - 1), ',')) words.emplace_back(word);
  return words;
}

std::string placeholder_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

bool may_be_repeated(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

namespace {

std::vector<const CLI::Option*> shown(const CLI::App& command, bool arguments) {
  return command.get_options([&](const CLI::Option* o) { return o->get_positional() == arguments && !o->get_group().empty(); });
}

}  // namespace

std::vector<const CLI::Option*> options_of(const CLI::App& command) { return shown(command, false); }

std::vector<const CLI::Option*> arguments_of(const CLI::App& command) { return shown(command, true); }

std::vector<const CLI::App*> commands_of(const CLI::App& command) {
  return command.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); });
}

}  // namespace leadsman::usage
