#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace leadsman::usage {

// What was wrong with the words that `app` was given, what was probably meant, and where to read more.
std::string complain(const CLI::App& app, const std::vector<std::string>& given, const CLI::ParseError& e);

// The command that was reached: the program itself, or the last one that was named.
const CLI::App& reached(const CLI::App& app);

std::string suggestion(const std::string& word, const std::vector<std::string>& known);  // a line, or nothing

}  // namespace leadsman::usage
