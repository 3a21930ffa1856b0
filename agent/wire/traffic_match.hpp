#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/canary.hpp"

namespace leadsman::wire {

// The header or cookie that tells who the user is, for matches by user.
struct user_mark {
  model::traffic_match::by kind = model::traffic_match::by::header;
  std::string name;

  bool operator==(const user_mark&) const = default;
};

// What stands below `user:` of a canary: {header: X-User} or {cookie: uid}; null is absent. Errors: invalid_input.
result<std::optional<user_mark>> read_user(const nlohmann::json& value, const std::string& path);

// What stands below `match:` of a step, one match or a list: {header: X-Canary, value: "yes"}, {cookie: beta, value: "1"},
// {user: alice} or {user: [alice, bob]}, each user being a match of `user`'s header or cookie. Errors: invalid_input.
result<std::vector<model::traffic_match>> read_matches(const nlohmann::json& list, const std::string& path, const std::optional<user_mark>& user);

// What read_matches reads as the same match.
nlohmann::json match_json(const model::traffic_match& m);

}  // namespace leadsman::wire
