#include "action/input/help.hpp"

#include <algorithm>

#include "action/input/manual.hpp"
#include "usage/describe.hpp"

namespace leadsman::action {

namespace {

bool has_section(const usage::page& of, const char* title) {
  return std::ranges::find(of.sections, title, &usage::section::title) != of.sections.end();
}

usage::section exit_codes(const std::vector<exit_code>& ends) {
  usage::section out{"Exit codes", "", {}};
  for (const auto& [code, text] : k_exit_meanings) {
    if (std::ranges::find(ends, code) != ends.end()) out.entries.push_back({std::to_string(static_cast<int>(code)), std::string(text)});
  }
  return out;
}

usage::section variables() {
  const auto all = environment_variables();
  return {"Environment", "", {all.begin(), all.end()}};
}

std::vector<std::string> where_more_is(const CLI::App& command) {
  if (command.get_parent()) return {"docs/cli.md: signals, exit codes, which agent. 'leadsman help' lists the commands."};
  return {"'leadsman help COMMAND' explains a command: its options, exit codes and examples.",
          "docs/cli.md: the command line. docs/events.md: what --output json says. docs/operations.md: the agent in a cluster."};
}

}  // namespace

usage::page page_of(const CLI::App& command) {
  const std::string name = usage::full_name(command);
  const size_t blank = name.find(' ');
  const manual& said = manual_of(blank == std::string::npos ? "" : name.substr(blank + 1));
  usage::page out = usage::describe(command);
  out.about = said.about;
  for (usage::section& each : out.sections) each.text = introduction_of(each.title);
  if (!command.get_parent() || has_section(out, k_connection)) out.sections.push_back(variables());
  if (!said.ends.empty()) out.sections.push_back(exit_codes(said.ends));
  out.examples = said.examples;
  out.more = where_more_is(command);
  return out;
}

}  // namespace leadsman::action
