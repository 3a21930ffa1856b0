#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "plugins/sdk/refusal.hpp"

namespace leadsman::sdk {

// Reads one JSON object strictly. Each read throws invalid_params with the full path when the key is missing or of another
// type; finish() does for a key that was never asked for, with the one that was probably meant.
//
//   fields in(params, "");
//   const std::string route = in.at("config").text("route");
class fields {
 public:
  // `path` names the object in messages ("config"); empty for the top. `object` outlives this.
  fields(const json& object, std::string path);

  bool has(std::string_view key);  // present and not null
  fields at(std::string_view key);  // required, an object
  const json& value(std::string_view key);  // whatever it is; null when absent
  const json& list(std::string_view key);  // required, an array

  std::string text(std::string_view key);  // required, not empty
  std::string text(std::string_view key, std::string_view fallback);
  int64_t integer(std::string_view key, int64_t least, int64_t most);  // required
  std::optional<int64_t> optional_integer(std::string_view key, int64_t least, int64_t most);
  std::optional<double> optional_number(std::string_view key);  // any finite number

  void finish() const;
  std::string path_of(std::string_view key) const;

 private:
  const json& required(std::string_view key);
  [[noreturn]] void reject(std::string_view key, const std::string& message) const;

  const json* object_;
  std::string path_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace leadsman::sdk
