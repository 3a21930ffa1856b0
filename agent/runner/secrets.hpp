#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "helm/manifest.hpp"

namespace leadsman::runner {

// What must not be seen: the values of keys that speak of secrets ("password", "token" ...), and the content of every
// Secret of a manifest. Short values are left out by the redactor.
std::vector<std::string> secrets_in_values(const nlohmann::json& values);
std::vector<std::string> secrets_in_manifest(const std::vector<helm::object>& objects);

bool speaks_of_secret(std::string_view key);

}  // namespace leadsman::runner
