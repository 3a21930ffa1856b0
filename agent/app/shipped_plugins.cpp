#include "app/shipped_plugins.hpp"

#include <spdlog/spdlog.h>

namespace leadsman::app {

std::vector<plugin::registration> shipped_plugins(const std::filesystem::path& program) {
  const std::filesystem::path folder = program.parent_path();
  for (const auto& file : {folder / "plugins" / "plugins.json", folder.parent_path() / "lib" / "leadsman" / "plugins" / "plugins.json"}) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) continue;
    auto found = plugin::load_registrations(file);
    if (found) return *found;
    spdlog::warn("the shipped plugins are not known: {} {}", found.error().field, found.error().message);
  }
  return {};
}

}  // namespace leadsman::app
