#include "action/output/json_text.hpp"

namespace leadsman::action {

using nlohmann::json;

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string text_at(const json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto at = object.find(key);
  return at == object.end() || at->is_null() ? "" : text_of(*at);
}

const json& list_at(const json& object, const char* key) {
  static const json k_none = json::array();
  if (!object.is_object()) return k_none;
  const auto at = object.find(key);
  return at != object.end() && at->is_array() ? *at : k_none;
}

json value_at(const json& object, const char* key) {
  return object.is_object() && object.contains(key) ? object.at(key) : json();
}

}  // namespace leadsman::action
