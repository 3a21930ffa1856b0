#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace leadsman::helm {

// Missing, null and of another type are all "not said": what any helm has written must be readable.
inline const nlohmann::json& member(const nlohmann::json& value, const char* key) {
  static const nlohmann::json k_absent = nullptr;
  if (!value.is_object()) return k_absent;
  const auto found = value.find(key);
  return found == value.end() ? k_absent : *found;
}

inline std::string text_of(const nlohmann::json& value, const char* key) {
  const nlohmann::json& found = member(value, key);
  return found.is_string() ? found.get<std::string>() : std::string();
}

}  // namespace leadsman::helm
