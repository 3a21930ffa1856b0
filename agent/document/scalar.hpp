#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace leadsman::document {

// What a plain (unquoted, untagged) YAML scalar means to helm and Kubernetes: YAML 1.1 with Go's integers. yes, on and y
// are true; 017, 0o17 and 0b1111 are 15; 1_000 is 1000; 08 is 8; dates and 12:30 are text. Absent: infinite or not a
// number, which JSON cannot say and helm refuses.
std::optional<nlohmann::json> resolve_scalar(std::string_view text);

// A plain mapping key, which helm turns into text after typing it: "yes" is the key "true", 0x1F is "31".
std::string resolve_key(const std::string& text);

}  // namespace leadsman::document
