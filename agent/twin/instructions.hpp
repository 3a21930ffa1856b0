#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace leadsman::twin {

// How the canary's release differs from what its chart renders; carried out by helm's post-renderer. Objects are
// "Kind name", hooks and tests among them.
struct instructions {
  std::string release_namespace;
  std::vector<std::string> keep;
  std::vector<std::string> leave_out;
  std::map<std::string, std::string> service_accounts;  // the canary's → stable's
  std::map<std::string, int> replicas;                  // by object

  bool operator==(const instructions&) const = default;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(instructions, release_namespace, keep, leave_out, service_accounts, replicas)

std::string key_of(std::string_view kind, std::string_view name);

// The manifest of the canary's release. Pure. Errors: refused for an object that was neither to be kept nor to be left out:
// the chart rendered something else than when it was checked; invalid_input when the manifest cannot be read.
result<std::string> make_twin(std::string_view manifest, const instructions& how);

}  // namespace leadsman::twin
