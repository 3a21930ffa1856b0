#pragma once

#include <map>
#include <string>

#include "plugin/manifest.hpp"
#include "process/child.hpp"

namespace leadsman::plugin {

// How a plugin is started: in its folder, with `given` and what is needed to find an interpreter and to speak UTF-8.
process::command start_command(const std::filesystem::path& folder, const manifest& about, const std::map<std::string, std::string>& given);

}  // namespace leadsman::plugin
