#include "wire/traffic_match.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "document/reader.hpp"

namespace leadsman::wire {

using document::object_reader;
using nlohmann::json;

namespace {

using by = model::traffic_match::by;

// Of {header: …} or {cookie: …}.
user_mark read_mark(object_reader& in, const char* purpose) {
  const bool header = in.has("header"), cookie = in.has("cookie");
  user_mark out{cookie ? by::cookie : by::header, header ? in.string("header") : in.string("cookie", "")};
  in.child("cookie");
  in.child("header");
  if (header == cookie) in.reject("header", std::string("say either header or cookie, ") + purpose);
  else if (out.name.empty()) in.reject(header ? "header" : "cookie", "is empty");
  return out;
}

result<std::vector<model::traffic_match>> read_users(object_reader& in, const std::optional<user_mark>& user) {
  const std::vector<std::string> names = in.strings("user");
  if (names.empty()) in.reject("user", "names nobody");
  if (std::ranges::find(names, "") != names.end()) in.reject("user", "has an empty name");
  if (!user) in.reject("user", "is known by a header or a cookie; say once by which, below canary: user: {header: X-User}");
  LEADSMAN_CHECK(in.finish());
  std::vector<model::traffic_match> out;
  for (const std::string& name : names) out.push_back({user->kind, user->name, name});
  return out;
}

result<std::vector<model::traffic_match>> read_match(const json& value, const std::string& path, const std::optional<user_mark>& user) {
  object_reader in(value, path);
  if (in.has("user")) return read_users(in, user);
  in.child("user");
  const user_mark mark = read_mark(in, "with the value that leads to the canary");
  model::traffic_match out{mark.kind, mark.name, in.string("value")};
  LEADSMAN_CHECK(in.finish());
  return std::vector<model::traffic_match>{std::move(out)};
}

}  // namespace

result<std::optional<user_mark>> read_user(const json& value, const std::string& path) {
  if (value.is_null()) return std::optional<user_mark>();
  object_reader in(value, path);
  const user_mark mark = read_mark(in, "that tells who the user is");
  LEADSMAN_CHECK(in.finish());
  return std::optional<user_mark>(mark);
}

result<std::vector<model::traffic_match>> read_matches(const json& list, const std::string& path, const std::optional<user_mark>& user) {
  if (list.is_null()) return std::vector<model::traffic_match>();
  if (!list.is_array()) return read_match(list, path, user);
  std::vector<model::traffic_match> out;
  for (size_t i = 0; i < list.size(); ++i) {
    LEADSMAN_TRY(auto some, read_match(list[i], path + "[" + std::to_string(i) + "]", user));
    std::ranges::move(some, std::back_inserter(out));
  }
  return out;
}

json match_json(const model::traffic_match& m) { return {{m.kind == by::header ? "header" : "cookie", m.name}, {"value", m.value}}; }

}  // namespace leadsman::wire
