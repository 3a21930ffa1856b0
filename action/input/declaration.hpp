#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "action/arguments.hpp"

namespace leadsman::action {

// What CLI11 fills in before it becomes `arguments`.
struct raw_words {
  arguments parsed;
  std::string patience;
  std::string window;
  std::string output = "text";
  std::string until = "end";
  std::map<std::string, std::string> choices;
  bool wants_help = false;
  bool wants_man = false;          // of help: for man(1)
  std::vector<std::string> topic;  // of help: a command's name
  std::string shell;               // of completion
};

// Commands, arguments and options: what is parsed, what help and man show, what shells complete. `raw` outlives `app`.
void declare(CLI::App& app, raw_words& raw);

// What stands for a value tells a shell how to complete it.
inline constexpr const char* k_file = "FILE";
inline constexpr const char* k_folder = "FOLDER";
inline constexpr const char* k_release = "RELEASE";
inline constexpr const char* k_environment_name = "ENVIRONMENT";
inline constexpr const char* k_command = "COMMAND";

inline constexpr const char* k_shells[]{"bash", "zsh", "fish"};

}  // namespace leadsman::action
