#include "usage/describe.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "usage/option.hpp"

namespace leadsman::usage {

namespace {

std::string argument_name(const CLI::Option& argument) {
  std::string name = argument.get_name(true);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return may_be_repeated(argument) ? name + "..." : name;
}

std::string term_of(const CLI::Option& option) {
  if (option.get_positional()) return argument_name(option);
  const std::string names = join(names_of(option), ", ");
  if (takes_value(option)) return names + " " + placeholder_of(option);
  return words_of(option).empty() ? names : names + "[=" + join(words_of(option), "|") + "]";
}

// "when the tests fail: rollback (default) | keep"
std::string meaning_of(const CLI::Option& option) {
  std::string text = option.get_description();
  const std::string fallback = option.get_default_str();
  std::string words;
  for (const std::string& word : words_of(option)) words += (words.empty() ? "" : " | ") + word + (word == fallback ? " (default)" : "");
  if (!words.empty()) text += ": " + words;
  else if (!fallback.empty()) text += " (default " + fallback + ")";
  return option.get_required() ? text + " (required)" : text;
}

std::string synopsis_of(const CLI::App& command) {
  std::string text = full_name(command);
  if (!commands_of(command).empty()) text += " COMMAND";
  for (const CLI::Option* argument : arguments_of(command)) {
    text += argument->get_required() ? " " + argument_name(*argument) : " [" + argument_name(*argument) + "]";
  }
  for (const CLI::Option* option : options_of(command)) {
    if (option->get_required()) text += " " + names_of(*option).back() + " " + placeholder_of(*option);
  }
  return text + " [OPTION]...";
}

section& section_named(page& of, const std::string& title) {
  const auto at = std::ranges::find(of.sections, title, &section::title);
  if (at != of.sections.end()) return *at;
  of.sections.push_back({title, "", {}});
  return of.sections.back();
}

}  // namespace

std::string full_name(const CLI::App& command) {
  return command.get_parent() ? full_name(*command.get_parent()) + " " + command.get_name() : command.get_name();
}

page describe(const CLI::App& command) {
  page out;
  out.name = full_name(command);
  out.brief = command.get_description();
  out.synopsis = synopsis_of(command);
  for (const CLI::App* each : commands_of(command)) {
    section_named(out, each->get_group()).entries.push_back({each->get_name(), each->get_description()});
  }
  for (const CLI::Option* argument : arguments_of(command)) {
    section_named(out, "Arguments").entries.push_back({term_of(*argument), meaning_of(*argument)});
  }
  for (const CLI::Option* option : options_of(command)) {
    section_named(out, option->get_group()).entries.push_back({term_of(*option), meaning_of(*option)});
  }
  // --help comes first in CLI11, and last to whoever reads.
  const auto general = std::ranges::find(out.sections, "Options", &section::title);
  if (general != out.sections.end()) std::rotate(general, general + 1, out.sections.end());
  return out;
}

}  // namespace leadsman::usage
