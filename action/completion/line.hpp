#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>

namespace leadsman::action {

// A command line as far as it is written, its last word begun.
struct begun_line {
  const CLI::App* command = nullptr;      // the one reached
  const CLI::App* topic = nullptr;        // of help: the command reached by its arguments
  const CLI::Option* of_option = nullptr; // what begins is this option's value
  std::string option_and_equals;          // "--file=" when both are in one word
  std::string begun;                      // the value or word itself
  size_t arguments = 0;                   // complete ones, before
  bool only_arguments = false;            // after "--"
  std::string config;                     // the value of --file, if it was given
  std::vector<const CLI::Option*> given;  // options that were
};

// Never fails: what it does not know it takes for an argument.
begun_line read_line(const CLI::App& app, std::span<const std::string> words);

}  // namespace leadsman::action
