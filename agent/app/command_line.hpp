#pragma once

#include <string>
#include <variant>
#include <vector>

namespace leadsman::app {

struct arguments {
  std::string config_file = "/etc/leadsman/agent.yaml";
  bool check_config = false;
  bool doctor = false;
  bool as_json = false;
  bool embedded = false;
  std::string socket;
  std::string state;
  std::string kubeconfig;
  std::string context;
  std::string helm;
  std::string post_render;
  std::string plugin_to_check;
};

// Nothing is left to do but to say this: help, the version, or what was wrong (exit code 2).
struct parting_words {
  int code = 0;
  std::string text;
};

// `words` without the program's own name; help is wrapped to so many columns.
std::variant<arguments, parting_words> parse_command_line(std::vector<std::string> words, size_t columns);

}  // namespace leadsman::app
