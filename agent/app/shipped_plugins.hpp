#pragma once

#include <filesystem>
#include <vector>

#include "plugin/registration.hpp"

namespace leadsman::app {

// The plugins that came with `program`: of plugins/plugins.json beside it, else of ../lib/leadsman/plugins/plugins.json. None
// when there is no such file; one that cannot be read is told to the log and counts as none.
std::vector<plugin::registration> shipped_plugins(const std::filesystem::path& program);

}  // namespace leadsman::app
