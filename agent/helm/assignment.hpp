#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace leadsman::helm {

using json = nlohmann::json;

// One `path=value` of a --set: "a.b[0].c=1" is {"a", "b", 0, "c"} and 1.
struct assignment {
  using step = std::variant<std::string, size_t>;  // key of a map, index of a list
  std::vector<step> path;
  json value;
};

enum class set_typing { typed, text };

// helm's grammar of --set (typed: integers, true/false, null) and --set-string (text). Errors: invalid_input; `field` is
// the entry and the position in it.
result<std::vector<assignment>> parse_assignments(std::string_view entry, set_typing typing);

// Sets the value in `values`, which holds all that was given before. Errors: invalid_input (a scalar where the path says
// map or list).
result<void> assign(json& values, const assignment& what);

// Copies to `overlay` what assign() has changed in `values`, so that `overlay` laid over the earlier values gives the same.
void copy_assigned(json& overlay, const json& values, const assignment& what);

// What stands at the path, or null.
const json* find_assigned(const json& values, const assignment& what);

// "a.b[0].c", or its first `length` steps.
std::string path_text(const assignment& what, size_t length = SIZE_MAX);

}  // namespace leadsman::helm
