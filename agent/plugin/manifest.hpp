#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "plugin/kind.hpp"

namespace leadsman::plugin {

inline constexpr int k_protocol = 1;
inline constexpr const char* k_manifest_file = "plugin.json";

// What stands in a plugin's plugin.json.
struct manifest {
  std::string name;  // a DNS label
  std::string version;
  std::vector<kind> kinds;  // at least one, each once
  std::string program;  // path inside the folder
  std::vector<std::string> arguments;
};

// Errors: invalid_input, with the key.
result<manifest> parse_manifest(const nlohmann::json& value);

// Reads `folder`/plugin.json, at most 64 KiB. Errors: not_found, invalid_input ("plugin.json: key: what").
result<manifest> read_manifest(const std::filesystem::path& folder);

// A path that leads nowhere but into the folder it is relative to.
bool is_inside(std::string_view path);

}  // namespace leadsman::plugin
