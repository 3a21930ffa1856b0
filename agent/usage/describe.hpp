#pragma once

#include <CLI/CLI.hpp>

#include "usage/page.hpp"

namespace leadsman::usage {

// What CLI11 knows of a command: name, brief, synopsis, and as sections its commands, arguments and options by group.
page describe(const CLI::App& command);

std::string full_name(const CLI::App& command);  // "leadsman key generate"

}  // namespace leadsman::usage
