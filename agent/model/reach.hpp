#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace leadsman::model {

// Where, beyond the release's own namespace, the objects of a deployment may be: decided from what whoever asks for it
// was granted, when it is asked for, and kept with the request.
struct reach {
  std::vector<std::string> namespaces;  // globs
  bool cluster_scoped = false;          // objects that belong to no namespace, too

  bool operator==(const reach&) const = default;
};

inline reach unlimited_reach() { return {{"*"}, true}; }

inline bool holds_namespace(const reach& allowed, std::string_view name) {
  return std::ranges::any_of(allowed.namespaces, [&](const std::string& glob) { return glob_match(glob, name); });
}

inline bool holds_every_namespace(const reach& allowed) { return std::ranges::find(allowed.namespaces, "*") != allowed.namespaces.end(); }

inline bool is_unlimited(const reach& allowed) { return allowed.cluster_scoped && holds_every_namespace(allowed); }

}  // namespace leadsman::model
