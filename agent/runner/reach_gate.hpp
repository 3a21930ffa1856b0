#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "runner/reach.hpp"

namespace leadsman::runner {

// A chart need not render twice the same. What was held against the caller's reach before the upgrade is therefore held
// against it again at the last moment: helm gives what it has rendered to `leadsman-agent --post-render HOW`, its
// post-renderer, and goes on only when that passes it on.
struct reach_limits {
  model::reach allowed;
  std::string own_namespace;
  std::map<std::string, object_scope> scopes;  // of the kinds that were seen at the check, by "apps/v1 Deployment"

  bool operator==(const reach_limits&) const = default;
};

std::string scope_key(std::string_view api_version, std::string_view kind);

// One line of JSON. Errors of parsing: invalid_input.
std::string dump_limits(const reach_limits& limits);
result<reach_limits> parse_limits(std::string_view text);

// Errors: refused when an object is out of reach, or of a kind that was not seen at the check; invalid_input when the
// manifest cannot be read. Pure.
result<void> hold_manifest(std::string_view manifest, const reach_limits& limits);

}  // namespace leadsman::runner
