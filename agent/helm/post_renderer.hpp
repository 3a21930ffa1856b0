#pragma once

#include <string>

#include "base/error.hpp"

namespace leadsman::helm {

// helm takes a post-renderer only from a plugin, and finds plugins below its data folder: writes the plugin
// k_post_renderer (helm/argv.hpp), which calls `program --post-render` with the word of the upgrade.
// Errors: unavailable.
result<void> install_post_renderer(const std::string& program, const std::string& run_dir);

}  // namespace leadsman::helm
