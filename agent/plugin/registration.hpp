#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace leadsman::plugin {

// Objects that a router may be given and may write, in the namespace of the release that it routes for.
struct granted_kind {
  std::string group;  // "gateway.networking.k8s.io"; empty: the core group
  std::string kind;   // "HTTPRoute"
  std::vector<std::string> namespaces{};  // further ones, where routes are kept apart from releases

  friend bool operator==(const granted_kind&, const granted_kind&) = default;
};

// "gateway.networking.k8s.io/HTTPRoute", "Service"
std::string to_string(const granted_kind& grant);

// What the operator says of one plugin: the agent knows no other.
struct registration {
  std::string name;
  std::filesystem::path folder;
  std::string digest;  // see folder_digest
  std::vector<granted_kind> grants{};
  std::chrono::milliseconds timeout = std::chrono::seconds(10);  // of each call
  std::vector<std::string> environment{};  // names of the agent's own variables that it is given
};

// A list of {name, folder, digest, grants, timeout, environment}. `at` is the list's key in its file, for messages; relative
// folders begin at `base`. Does not look whether there is such a folder: a plugin that is missing fails when it is called.
// Errors: invalid_input, with the key.
result<std::vector<registration>> read_registrations(const nlohmann::json& list, const std::string& at, const std::filesystem::path& base);

// A plugins.json, {"plugins": [as above]}, with folders relative to itself. Errors: not_found, invalid_input.
result<std::vector<registration>> load_registrations(const std::filesystem::path& file);

// `first`, and those of `second` whose names are not among them.
std::vector<registration> merge(std::vector<registration> first, std::vector<registration> second);

}  // namespace leadsman::plugin
