#pragma once

#include <stdexcept>
#include <string_view>

#include "document/yaml.hpp"
#include "kube/object_ref.hpp"

namespace leadsman::kube::test {

// Objects are easier to read as the YAML that everybody knows.
inline json from_yaml(std::string_view text) {
  auto parsed = document::parse_yaml(text, "test");
  if (!parsed) throw std::runtime_error(parsed.error().message);
  return std::move(parsed->value);
}

inline wall_time at_time(std::string_view text) { return parse_rfc3339(text).value(); }

inline const wall_time k_now = at_time("2026-11-21T10:10:00Z");

}  // namespace leadsman::kube::test
