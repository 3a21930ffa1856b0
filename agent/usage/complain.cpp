#include "usage/complain.hpp"

#include "base/text.hpp"
#include "usage/describe.hpp"
#include "usage/option.hpp"

namespace leadsman::usage {

namespace {

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : options_of(command)) {
    for (std::string& name : names_of(*option)) names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* each : commands_of(command)) names.push_back(each->get_name());
  return names;
}

// What stands where a command was expected; empty: nothing does.
std::string word_after(const CLI::App& command, const std::vector<std::string>& given) {
  auto at = given.begin();
  if (command.get_parent()) {
    at = std::ranges::find(given, command.get_name());
    if (at != given.end()) ++at;
  }
  return at == given.end() ? "" : *at;
}

std::string about_command(const CLI::App& command, const std::string& word) {
  const std::vector<std::string> known = command_names(command);
  if (word.empty()) return "say what to do: " + one_of(known);
  return "'" + truncate(word, 60) + "' is not a command" + suggestion(word, known);
}

std::string about_extras(const CLI::App& app, const CLI::App& command) {
  const std::vector<std::string> left = app.remaining(true);
  const auto option = std::ranges::find_if(left, [](const std::string& word) { return word.starts_with('-'); });
  if (option == left.end()) return "'" + truncate(left.empty() ? "" : left.front(), 60) + "' is one word too many for '" + full_name(command) + "'";
  const std::string name = option->substr(0, option->find('='));
  const std::vector<std::string> known = option_names(command);
  if (std::ranges::find(known, name) != known.end()) return "'" + name + "' has to stand after '" + full_name(command) + "'";
  return "'" + truncate(name, 60) + "' is not an option of '" + full_name(command) + "'" + suggestion(name, known);
}

}  // namespace

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const auto meant = nearest(word, known);
  return meant ? "\n  did you mean '" + *meant + "'?" : "";
}

const CLI::App& reached(const CLI::App& app) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  return chosen.empty() ? app : reached(*chosen.front());
}

std::string complain(const CLI::App& app, const std::vector<std::string>& given, const CLI::ParseError& e) {
  const CLI::App& command = reached(app);
  const std::string word = word_after(command, given);
  std::string text = e.what();
  if (!commands_of(command).empty() && !word.starts_with('-')) text = about_command(command, word);
  else if (dynamic_cast<const CLI::ExtrasError*>(&e) || !app.remaining(true).empty()) text = about_extras(app, command);
  return app.get_name() + ": " + text + "\n  see: " + full_name(command) + " --help\n";
}

}  // namespace leadsman::usage
