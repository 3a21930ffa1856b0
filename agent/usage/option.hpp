#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

// What CLI11 knows of an option, for pages and completion.
namespace leadsman::usage {

// A value that is none of the words is an error that lists them.
CLI::Validator must_be_one_of(std::vector<std::string> words);

std::vector<std::string> words_of(const CLI::Option& option);  // as must_be_one_of was told; else none
std::string placeholder_of(const CLI::Option& option);         // "FILE"
bool takes_value(const CLI::Option& option);                   // not so a switch
bool may_be_repeated(const CLI::Option& option);
std::vector<std::string> names_of(const CLI::Option& option);  // "-o", "--output"; of an argument none

// The options or the arguments of a command that are not hidden, in the order in which they were declared.
std::vector<const CLI::Option*> options_of(const CLI::App& command);
std::vector<const CLI::Option*> arguments_of(const CLI::App& command);
std::vector<const CLI::App*> commands_of(const CLI::App& command);

}  // namespace leadsman::usage
