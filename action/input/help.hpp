#pragma once

#include <CLI/CLI.hpp>

#include "usage/page.hpp"

namespace leadsman::action {

// A command's whole page: its options from CLI11, everything else from the manual.
usage::page page_of(const CLI::App& command);

}  // namespace leadsman::action
